"""What a lane asks of the hub: the documents of its queries, mutations and its one subscription."""

from core.hub import PROBLEM

PASSAGE = """fragment PassageParts on Passage {
  id state voucherId version openedAt language clockAhead temperature
  place { kind id }
  plates { jurisdiction text display }
  containers
  subjects { kind declared verdict read captureId }
  clearances { agency state holdKind inspection }
  decision { outcome byOfficer note reasons { code args { name value } } }
}"""

SITE = """query Site {
  checkpoints {
    id number name
    lanes {
      id number name open
      policy {
        waitSeconds divertAfterSeconds temperatureRequired containersRequired acceptsPrint laneClass directions
      }
    }
    bays { id number }
  }
}"""

PASSAGE_BY_ID = f"""query Passage($id: ID!) {{ passage(id: $id) {{ ...PassageParts }} }}
{PASSAGE}"""

ENDED_VOUCHERS = """query EndedVouchers($since: String) {
  endedVouchers(since: $since) { version whole revoked superseded spent }
}"""

OPEN_PASSAGE = f"""mutation OpenPassage($input: OpenPassageInput!) {{
  openPassage(input: $input) {{
    __typename
    ... on PassageOpened {{ returned passage {{ ...PassageParts }} }}
    {PROBLEM}
  }}
}}
{PASSAGE}"""

RELEASE_PASSAGE = f"""mutation ReleasePassage($input: PassageKeyInput!) {{
  releasePassage(input: $input) {{
    __typename
    ... on PassageReleased {{ openUntil passage {{ ...PassageParts }} }}
    {PROBLEM}
  }}
}}
{PASSAGE}"""


def _passage_mutation(name: str, input_type: str) -> str:
    return f"""mutation Lane($input: {input_type}!) {{
  {name}(input: $input) {{ __typename ... on Passage {{ ...PassageParts }} {PROBLEM} }}
}}
{PASSAGE}"""


REFER_PASSAGE = _passage_mutation("referPassage", "ReferPassageInput")
REFUSE_PASSAGE = _passage_mutation("refusePassage", "ReferPassageInput")
REPORT_TEMPERATURE = _passage_mutation("reportTemperature", "ReportTemperatureInput")
REPORT_DEPARTURE = _passage_mutation("reportDeparture", "ReportDepartureInput")
REPORT_BARRIER = _passage_mutation("reportBarrier", "ReportBarrierInput")

REPORT_REFUSAL = f"""mutation ReportRefusal($input: ReportRefusalInput!) {{
  reportRefusal(input: $input) {{ __typename ... on RefusalRecorded {{ code }} {PROBLEM} }}
}}"""

LANE_FEED = f"""subscription LaneFeed($laneId: ID!, $after: Int) {{
  laneFeed(laneId: $laneId, after: $after) {{
    __typename
    ... on Ready {{ positions {{ stream seq }} }}
    ... on Resync {{ reason }}
    ... on LaneFeedMessage {{
      event {{ stream seq kind passageId captureId }}
      passage {{ ...PassageParts }}
    }}
  }}
}}
{PASSAGE}"""
