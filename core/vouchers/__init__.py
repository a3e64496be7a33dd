"""The signed single code: its claims, wire form, live proof and strict verifier."""
