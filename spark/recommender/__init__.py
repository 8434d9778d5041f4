"""The recommender: pure DataFrame to DataFrame functions between a reader and a writer."""
