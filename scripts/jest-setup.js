// Nothing may leave this machine: no metadata service, no shared AWS profile, invented credentials.
process.env.AWS_EC2_METADATA_DISABLED = "true";
process.env.AWS_REGION = "sa-east-1";
process.env.AWS_ACCESS_KEY_ID = "test";
process.env.AWS_SECRET_ACCESS_KEY = "test";
process.env.AWS_CONFIG_FILE = "/dev/null";
process.env.AWS_SHARED_CREDENTIALS_FILE = "/dev/null";
