"""Interview practice: a bank of questions that the engine proves, and a mock interview."""
