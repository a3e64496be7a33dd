"""The hub: a GraphQL API on MongoDB. Import order of its domains: tests/contract/test_order.py."""
