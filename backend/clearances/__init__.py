"""The agencies' verdicts on a trip, their deadlines, and the review desk; approval issues the voucher."""
