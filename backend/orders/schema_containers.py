"""Containers and their seals in the schema, as orders and declarations state them."""

import strawberry

from backend.orders import model
from core.declarations import SealClass, SealingParty


@strawberry.type(description="What is known of one seal beside its number.")
class SealDetail:
    """A seal."""

    number: str
    seal_class: SealClass | None
    sealing_party: SealingParty | None

    @classmethod
    def of(cls, seal: model.SealDetail) -> "SealDetail":
        """Show a seal."""
        return cls(number=seal.number, seal_class=seal.seal_class, sealing_party=seal.sealing_party)


@strawberry.type(description="A container and its seals.")
class DeclaredContainer:
    """A container."""

    number: str = strawberry.field(description="ISO 6346, 11 characters once the rules have passed it")
    seals: list[str] = strawberry.field(description="Numbers of the seals on its doors")
    seal_details: list[SealDetail] = strawberry.field(
        description="Class and sealing party of those seals of which somebody stated them"
    )
    size_type: str | None = strawberry.field(
        description="The four characters beneath the number (ISO 6346), such as 22G1"
    )
    loaded: bool | None = strawberry.field(description="False: it travels empty; null: nobody has said")

    @classmethod
    def of(cls, container: model.DeclaredContainer) -> "DeclaredContainer":
        """Show a container."""
        return cls(
            number=container.number,
            seals=list(container.seals),
            seal_details=[SealDetail.of(seal) for seal in container.seal_details],
            size_type=container.size_type,
            loaded=container.loaded,
        )


@strawberry.input(description="Class and sealing party of one seal, named by its number.")
class SealDetailInput:
    """A seal."""

    number: str
    seal_class: SealClass | None = None
    sealing_party: SealingParty | None = None

    def value(self) -> model.SealDetail:
        """Return it as a value."""
        return model.SealDetail(
            number=self.number, seal_class=self.seal_class, sealing_party=self.sealing_party
        )


@strawberry.input(description="A container as somebody types it; spaces and hyphens do not matter.")
class ContainerInput:
    """A container."""

    number: str
    seals: list[str] = strawberry.field(default_factory=list, description="Numbers; at most 6 seals in all")
    seal_details: list[SealDetailInput] = strawberry.field(
        default_factory=list,
        description="What is known of a seal beside its number; one named here need not stand in `seals` too",
    )
    size_type: str | None = strawberry.field(
        default=None, description="The four characters beneath the number (ISO 6346), such as 22G1 or 45R1"
    )
    loaded: bool | None = strawberry.field(
        default=None, description="True asks for a seal; false for none of the goods to be in it"
    )

    def value(self) -> model.DeclaredContainer:
        """Return it as a value."""
        return model.DeclaredContainer(
            number=self.number,
            seals=tuple(self.seals),
            seal_details=tuple(seal.value() for seal in self.seal_details),
            size_type=self.size_type,
            loaded=self.loaded,
        )
