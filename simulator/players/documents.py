"""What the people around the port ask of the hub; each document has one root field."""

from core.hub import PROBLEM

ACCOUNTS = "query { demoAccounts { id role name agency } }"
SERVER_TIME = "query { serverTime }"

LANES = "query { checkpoints { id lanes { id policy { directions } } } }"

CREATE_ORDER = f"""mutation ($input: CreateWorkOrderInput!) {{ createWorkOrder(input: $input) {{ __typename
  ... on WorkOrderSent {{ link order {{ id }} }} {PROBLEM} }} }}"""

OPEN_LINK = f"""mutation ($input: OpenWorkOrderLinkInput!) {{ openWorkOrderLink(input: $input) {{ __typename
  ... on WorkOrderOpened {{ session {{ token }} trip {{ id }} }} {PROBLEM} }} }}"""

SUBMIT = f"""mutation ($input: SubmitDeclarationInput!) {{ submitDeclaration(input: $input) {{ __typename
  ... on Trip {{ id state }} ... on DeclarationIncomplete {{ failures {{ code path }} }} {PROBLEM} }} }}"""

WITHDRAW = f"""mutation ($input: TripKeyInput!) {{ withdrawTrip(input: $input) {{ __typename
  ... on Trip {{ id state }} {PROBLEM} }} }}"""

TRIP_STATE = "query ($id: ID!) { trip(id: $id) { state voucherId reference } }"

HOME = """query { driverHome { serverTime trip { id state }
  voucher { id state partOne anchor notBefore } } }"""

CLEARANCE_QUEUE = "query { clearanceQueue(first: 50) { edges { node { trip { id reference } } } } }"

ANSWER = f"""mutation ($input: AnswerClearanceInput!) {{ answerClearance(input: $input) {{ __typename
  ... on TripReview {{ version }} {PROBLEM} }} }}"""

REVIEW_QUEUE = """query ($checkpoint: ID!) { reviewQueue(checkpointId: $checkpoint, first: 50) {
  edges { node { inspectionToChoose trip { id reference } } } } }"""

APPROVE = f"""mutation ($input: ApproveTripInput!) {{ approveTrip(input: $input) {{ __typename
  ... on TripReview {{ version }} {PROBLEM} }} }}"""

BAYS = """query ($checkpoint: ID!) { laneBoard(checkpointId: $checkpoint) { at
  bays { bayId laneId passageId state since plates } } }"""

PASSAGE = """query ($id: ID!) { passage(id: $id) { id state tripId clearances { agency state }
  decision { reasons { code } } } }"""

DECIDE = f"""mutation ($input: DecidePassageInput!) {{ decidePassage(input: $input) {{ __typename
  ... on Passage {{ state }} {PROBLEM} }} }}"""

DEPART = f"""mutation ($input: ReportDepartureInput!) {{ reportDeparture(input: $input) {{ __typename
  ... on Passage {{ state }} {PROBLEM} }} }}"""

NEWS = """subscription ($checkpoint: ID!, $after: [StreamPositionInput!]) {
  checkpointEvents(checkpointId: $checkpoint, after: $after) { __typename
    ... on Ready { positions { stream seq } }
    ... on CheckpointEventMessage { event { kind stream seq } } } }"""

POSITIONS = "query ($checkpoint: ID!) { laneBoard(checkpointId: $checkpoint) { positions { stream seq } } }"
