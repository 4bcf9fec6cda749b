"""What somebody has learnt: attempts and reviews, in a file of theirs."""
