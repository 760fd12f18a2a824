"""Values made from the contract: valid ones, and ones that break exactly one named rule."""
