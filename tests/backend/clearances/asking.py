"""What the tests of the agencies' answers ask and say more than once."""

from tests.backend.client import Client
from tests.backend.steps import PROBLEM, REVIEW, Answer, act

QUEUE = f"""query($after: String) {{ reviewQueue(checkpointId: "liantang", first: 2, after: $after) {{
  edges {{ node {{ {REVIEW.removeprefix("... on TripReview {").removesuffix("}")} }} }}
  pageInfo {{ hasNextPage endCursor }} }} }}"""
WAITING = "{ clearanceQueue { edges { node { trip { id } } } } }"
STOPPED = {"kind": "BEFORE_ARRIVAL", "reason": "Licence missing"}
SHOWN_QUESTION = "... on Question { id agency text state answer }"
ASK = f"""mutation($input: AskDriverInput!) {{ askDriver(input: $input) {{ __typename
  {SHOWN_QUESTION} {PROBLEM} }} }}"""
ANSWER_QUESTION = f"""mutation($input: AnswerQuestionInput!) {{ answerQuestion(input: $input) {{ __typename
  {SHOWN_QUESTION} {PROBLEM} }} }}"""
WITHDRAW_QUESTION = f"""mutation($input: WithdrawQuestionInput!) {{ withdrawQuestion(input: $input) {{ __typename
  {SHOWN_QUESTION} {PROBLEM} }} }}"""
ANSWERS = f"""mutation($input: AnswerClearancesInput!) {{ answerClearances(input: $input) {{ __typename
  ... on ClearancesTaken {{ results {{ __typename ... on ClearanceTaken {{ tripId tripState version
    clearance {{ agency state }} }} {PROBLEM} }} }} {PROBLEM} }} }}"""
OWN_QUEUE = """query($states: [ClearanceState!], $first: Int! = 20, $after: String) {
  agencyQueue(states: $states, first: $first, after: $after) {
    counts { state trips late } pageInfo { hasNextPage endCursor }
    edges { node { late questionOpen clearance { agency state deadline concern { rule message inputs { name value } } }
      review { trip { id } } } } } }"""
EXPLAINED = """query($id: ID!) { decisionExplanation(tripId: $id) { state byRule decidedBy
  reasons { rule message inputs { name value } }
  steps { kind decider name agency state text reasons { rule inputs { name value } } } } }"""
AT_HOME = """{ driverHome { questions { id agency text state answer }
  visits { number agency ground hold { reason legalReference place bayId visitOrder } } } }"""


async def ask(client: Client, trip_id: str, text: str = "Who packed the cartons?") -> Answer:
    """Ask the trip's driver."""
    return await act(client, ASK, trip_id, text=text)


async def reply(client: Client, trip_id: str, question_id: str = "q1", text: str = "The shipper.") -> Answer:
    """Answer a question."""
    return await act(client, ANSWER_QUESTION, trip_id, questionId=question_id, text=text)


async def take_back(client: Client, trip_id: str, question_id: str = "q1") -> Answer:
    """Withdraw a question."""
    return await act(client, WITHDRAW_QUESTION, trip_id, questionId=question_id)
