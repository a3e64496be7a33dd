"""`scripts/schema`: the contract and all that is generated from it follow the code."""

import subprocess

from scripts.house.places import ROOT, VENV_PYTHON, HouseError
from scripts.house.steps import command, say

REASON = "mend what it names, then run scripts/schema again"


def main(arguments: list[str]) -> int:
    """Write schema.graphql, the pages' types and documents, and the lane page's protocol."""
    printed = subprocess.run(
        [VENV_PYTHON, "-m", "backend", "schema"], cwd=ROOT, capture_output=True, check=False
    )
    if printed.returncode:
        raise HouseError(f"the schema does not print ({printed.stderr.decode().strip()[-300:]})", REASON)
    (ROOT / "schema.graphql").write_bytes(printed.stdout)
    command(
        ["npm", "run", "codegen", "--workspaces", "--if-present"],
        what="the pages ask for what the schema lacks",
        do=REASON,
    )
    command(
        [str(VENV_PYTHON), "-m", "kiosk.agent", "protocol", "--write"],
        what="the lane protocol does not print",
        do=REASON,
    )
    say("schema.graphql, the pages' types and kiosk/page/src/protocol.ts are written")
    return 0 if not arguments else 2
