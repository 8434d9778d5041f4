# The exported modules below modules/, wired: an output has the shape of the variable that it is given to.
provider "aws" {
  region = "sa-east-1"
}

module "alarm_topic" {
  source = "./modules/alarm-topic"
}

module "lake" {
  source = "./modules/lake"
}

module "ingestion" {
  source          = "./modules/ingestion"
  alarm_topic_arn = module.alarm_topic.arn
  buckets         = module.lake.buckets
  catalog         = module.lake.catalog
}

module "mwaa_orchestration" {
  source          = "./modules/mwaa-orchestration"
  alarm_topic_arn = module.alarm_topic.arn
  buckets         = module.lake.buckets
}

module "dispatch" {
  source          = "./modules/dispatch"
  alarm_topic_arn = module.alarm_topic.arn
  buckets         = module.lake.buckets
  shoppers        = module.ingestion.shoppers
}
