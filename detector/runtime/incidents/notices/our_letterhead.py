"""The head of what leaves the company, as the settings have it."""

from pathlib import Path

from detector.rendering import Letterhead, read_logo
from detector.settings import OrganizationSettings


def our_letterhead(organization: OrganizationSettings) -> Letterhead | None:
    """Return whose letter it is; None: the settings do not say who we are.

    Raises:
        InputError: The picture cannot be read.
    """
    if not organization.called:
        return None
    contact = ", ".join(each for each in (organization.phone, organization.email, organization.site) if each)
    numbers = ", ".join(each for each in (organization.inn, organization.registration) if each)
    return Letterhead(
        name=organization.called,
        lines=tuple(each for each in (organization.address, contact, numbers) if each),
        logo=read_logo(Path(organization.logo)) if organization.logo else None,
    )
