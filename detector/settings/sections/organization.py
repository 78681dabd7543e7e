"""Who we are, as notices and letters say it."""

from pydantic import Field

from detector.settings.types import Strict


class OrganizationPerson(Strict):
    """Somebody whom an authority or a client asks."""

    name: str = Field(default="", description="Full name.")
    position: str = Field(default="", description="Position.")
    phone: str = Field(default="", description="Telephone.")
    email: str = Field(default="", description="E-mail.")

    @property
    def known(self) -> bool:
        """Whether anything of them is set."""
        return bool(self.name or self.position or self.phone or self.email)

    @property
    def reach(self) -> str:
        """How they are reached: telephone, e-mail."""
        return ", ".join(each for each in (self.phone, self.email) if each)


class OrganizationSettings(Strict):
    """Who we are, as notices and letters say it. A text alone is the name."""

    name: str = Field(default="", description="Name of the company, as clients know it.")
    legal_name: str = Field(default="", description="Full name, as registers have it; empty: the name.")
    inn: str = Field(
        default="", pattern=r"^(\d{10}|\d{12})?$", description="Russian tax number (INN): 10 or 12 digits, in quotes."
    )
    registration: str = Field(default="", description="Numbers in other registers: OGRN, BIN, VAT, ICO.")
    address: str = Field(default="", description="Postal address.")
    country: str = Field(
        default="", pattern="^([A-Z]{2})?$", description="Country it is established in: two capital letters."
    )
    email: str = Field(default="", description="E-mail for authorities and clients.")
    phone: str = Field(default="", description="Telephone for them.")
    site: str = Field(default="", description="Address of the web site.")
    dpo: OrganizationPerson = Field(
        default_factory=OrganizationPerson,
        description="The data protection officer, or who is responsible for the processing of personal data.",
    )
    representative: OrganizationPerson = Field(
        default_factory=OrganizationPerson,
        description="The representative in another country, where a law asks for one (GDPR art. 27).",
    )
    contact: OrganizationPerson = Field(
        default_factory=OrganizationPerson,
        description="Who answers authorities about incidents; what is left out: the data protection officer.",
    )
    press: OrganizationPerson = Field(
        default_factory=OrganizationPerson,
        description="Who speaks to the press; left out: nobody is named, and staff are told to pass the press on.",
    )
    logo: str = Field(default="", description="Picture of the letterhead: a PNG or JPEG file.")

    @property
    def called(self) -> str:
        """The name in full, else the short one."""
        return self.legal_name or self.name

    @property
    def short(self) -> str:
        """The name as clients know it, else the full one."""
        return self.name or self.legal_name

    @property
    def answers(self) -> OrganizationPerson:
        """Who answers authorities: the contact person, else the data protection officer."""
        return self.contact if self.contact.known else self.dpo
