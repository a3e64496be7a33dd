"""The signed single code: issue, supersede, revoke, spend once. It knows a subject, not a trip."""
