"""Why a classifier says what it says of one picture: runners-up, the words that counted, and where it looked."""
