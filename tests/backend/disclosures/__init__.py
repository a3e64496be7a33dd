"""The record of personal data shown to officers and agencies."""
