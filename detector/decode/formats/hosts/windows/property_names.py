"""Names of the values that PowerShell's ``Get-WinEvent`` lists without names, by the number of the event.

Comes in: nothing. Goes out: the table. The order is that of Microsoft's manifests; newer versions add values
at its end. Values without a name here are one label, ``Data``, as those without one in XML.
"""

_SUBJECT = ("SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId")
_TARGET = ("TargetUserSid", "TargetUserName", "TargetDomainName")
_LOGON = ("LogonType", "LogonProcessName", "AuthenticationPackageName", "WorkstationName")
_PROCESS = ("ProcessId", "ProcessName")
_ADDRESS = ("IpAddress", "IpPort")

PROPERTIES: dict[str, tuple[str, ...]] = {
    "4624": (
        *_SUBJECT,
        *_TARGET,
        "TargetLogonId",
        *_LOGON,
        *("LogonGuid", "TransmittedServices", "LmPackageName", "KeyLength"),
        *_PROCESS,
        *_ADDRESS,
        *("ImpersonationLevel", "RestrictedAdminMode", "TargetOutboundUserName", "TargetOutboundDomainName"),
        *("VirtualAccount", "TargetLinkedLogonId", "ElevatedToken"),
    ),
    "4625": (
        *_SUBJECT,
        *_TARGET,
        *("Status", "FailureReason", "SubStatus"),
        *_LOGON,
        *("TransmittedServices", "LmPackageName", "KeyLength"),
        *_PROCESS,
        *_ADDRESS,
    ),
    "4634": (*_TARGET, "TargetLogonId", "LogonType"),
    "4647": (*_TARGET, "TargetLogonId"),
    "4648": (
        *_SUBJECT,
        *("LogonGuid", "TargetUserName", "TargetDomainName", "TargetLogonGuid", "TargetServerName", "TargetInfo"),
        *_PROCESS,
        *_ADDRESS,
    ),
    "4656": (
        *_SUBJECT,
        *("ObjectServer", "ObjectType", "ObjectName", "HandleId", "TransactionId", "AccessList", "AccessReason"),
        *("AccessMask", "PrivilegeList", "RestrictedSidCount"),
        *_PROCESS,
        "ResourceAttributes",
    ),
    "4658": (*_SUBJECT, "ObjectServer", "HandleId", *_PROCESS),
    "4660": (*_SUBJECT, "ObjectServer", "HandleId", *_PROCESS, "TransactionId"),
    "4663": (
        *_SUBJECT,
        *("ObjectServer", "ObjectType", "ObjectName", "HandleId", "AccessList", "AccessMask"),
        *_PROCESS,
        "ResourceAttributes",
    ),
    "4664": (*_SUBJECT, "FileName", "LinkName", "TransactionId"),
    "4672": (*_SUBJECT, "PrivilegeList"),
    "5140": (*_SUBJECT, "ObjectType", *_ADDRESS, "ShareName", "ShareLocalPath", "AccessMask", "AccessList"),
    "5145": (
        *_SUBJECT,
        "ObjectType",
        *_ADDRESS,
        *("ShareName", "ShareLocalPath", "RelativeTargetName", "AccessMask", "AccessList", "AccessReason"),
    ),
}
