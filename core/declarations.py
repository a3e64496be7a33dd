"""The coded words of a declaration, as UN/CEFACT and the World Customs Organization name them."""

from enum import StrEnum


class SealClass(StrEnum):
    """How strong a seal is (ISO 17712); the maker prints I, S or H on it."""

    INDICATIVE = "INDICATIVE"
    SECURITY = "SECURITY"
    HIGH_SECURITY = "HIGH_SECURITY"


class SealingParty(StrEnum):
    """Who put a seal on (UN/EDIFACT 9303)."""

    SHIPPER = "SHIPPER"
    CARRIER = "CARRIER"
    CONSOLIDATOR = "CONSOLIDATOR"
    TERMINAL_OPERATOR = "TERMINAL_OPERATOR"
    CUSTOMS = "CUSTOMS"
    QUARANTINE_AGENCY = "QUARANTINE_AGENCY"


class PackingGroup(StrEnum):
    """How dangerous a substance is within its class (UN Model Regulations 2.0.1.3): I great, II medium, III minor."""

    I = "I"  # noqa: E741 - the regulations' own name
    II = "II"
    III = "III"


class PartyRole(StrEnum):
    """What a party is to the goods."""

    CONSIGNOR = "CONSIGNOR"
    CONSIGNEE = "CONSIGNEE"
    DECLARANT = "DECLARANT"


class DocumentKind(StrEnum):
    """A document that a person carries across the border."""

    PASSPORT = "PASSPORT"
    IDENTITY_CARD = "IDENTITY_CARD"
    HOME_RETURN_PERMIT = "HOME_RETURN_PERMIT"
    EXIT_ENTRY_PERMIT = "EXIT_ENTRY_PERMIT"
    DRIVING_LICENCE = "DRIVING_LICENCE"
    DANGEROUS_GOODS_CERTIFICATE = "DANGEROUS_GOODS_CERTIFICATE"


class ReferenceKind(StrEnum):
    """A document about the goods or the transport, known to an authority by its number."""

    CUSTOMS_DECLARATION = "CUSTOMS_DECLARATION"
    TRANSIT_DECLARATION = "TRANSIT_DECLARATION"
    MANIFEST = "MANIFEST"
    UCR = "UCR"
    TRANSPORT_PERMIT = "TRANSPORT_PERMIT"
    TIR_CARNET = "TIR_CARNET"


class LeadTimePreset(StrEnum):
    """How long before arrival a declaration must be there, by the law of a port; NONE asks for no time at all."""

    NONE = "NONE"
    HONG_KONG = "HONG_KONG"
    CHINA = "CHINA"
    HONG_KONG_CHINA = "HONG_KONG_CHINA"
    UNITED_STATES = "UNITED_STATES"
    UNITED_STATES_FAST = "UNITED_STATES_FAST"
