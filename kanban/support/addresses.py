"""Mail addresses, in the one form under which accounts are kept and tries are counted."""

from email_validator import EmailNotValidError, validate_email

# Of a longer one no more is looked at: that would take its time (RFC 5321, 4.5.3.1.3).
_LONGEST = 255


def normal_address(typed: str) -> str | None:
    """An address as it is kept however it was typed, or None for what is none.

    A domain can be written in many ways (full-width letters, marks that count for nothing):
    whoever compares addresses compares these.
    """
    try:
        return validate_email(typed.strip()[:_LONGEST], check_deliverability=False).normalized.lower()
    except (EmailNotValidError, UnicodeError):
        return None
