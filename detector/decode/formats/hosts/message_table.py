"""What sshd, PAM, sudo and their like say: one table of phrases.

Comes in: nothing. Goes out: the table, by the word a message begins with. Places named ``user``, ``ip``, ``path`` and
``bytes`` become columns, all others labels.

One attempt to log in is one login: what sshd says (``Accepted``, ``Failed``) counts; what PAM and sshd add to it
(``Invalid user``, ``authentication failure``) is ``other``, with its outcome.
"""

from detector.decode.formats.hosts.phrase import Phrase

PAM, BRACKET, ANY = "pam_", "(", ""
"""Words for messages that begin with a module, with an account in brackets, and with anything else. What a module says
is looked for by its own beginning too, of ``BEGINNING`` letters: ``pam_session opened``."""
BEGINNING = 14

_LOGIN, _FILE = "authentication", "file"
_NO = ("other", "failure", _LOGIN)
_BAD = ("login", "failure", _LOGIN)
_GOOD = ("login", "success", _LOGIN)
_PAM = "{module}({service}:{step}): "
_WHY = "logname={logname} uid={uid} euid={euid} tty={tty} ruser={ruser*} rhost="
_SUDO = "TTY={tty} ; PWD={folder*} ; USER={target} ;"

PHRASES: dict[str, tuple[Phrase, ...]] = {
    "Accepted": (
        Phrase("Accepted {method} for {user>} from {ip} port {port} {protocol}: {key*}", *_GOOD),
        Phrase("Accepted {method} for {user>} from {ip} port {port} {protocol}", *_GOOD),
        Phrase("Accepted {method} for {user>} from {ip} port {port}", *_GOOD),
    ),
    "Failed": (
        Phrase("Failed {method} for invalid user {unknown_user>} from {ip} port {port} {protocol}", *_BAD),
        Phrase("Failed {method} for invalid user {unknown_user>} from {ip} port {port} {protocol}: {key*}", *_BAD),
        Phrase("Failed {method} for {user>} from {ip} port {port} {protocol}", *_BAD),
        Phrase("Failed {method} for {user>} from {ip} port {port} {protocol}: {key*}", *_BAD),
        Phrase("Failed {method} for invalid user {unknown_user>} from {ip} port {port}", *_BAD),
        Phrase("Failed {method} for {user>} from {ip} port {port}", *_BAD),
    ),
    "ROOT": (
        Phrase("ROOT LOGIN REFUSED FROM {ip} port {port} [preauth]", *_BAD),
        Phrase("ROOT LOGIN REFUSED FROM {ip} port {port}", *_BAD),
        Phrase("ROOT LOGIN REFUSED FROM {ip}", *_BAD),
    ),
    "Invalid": (
        Phrase("Invalid user {unknown_user>} from {ip} port {port}", *_NO),
        Phrase("Invalid user {unknown_user>} from {ip}", *_NO),
    ),
    "Illegal": (Phrase("Illegal user {unknown_user>} from {ip}", *_NO),),
    "input_userauth_request:": (Phrase("input_userauth_request: invalid user {unknown_user>} [preauth]", *_NO),),
    "User": (
        Phrase("User {user>} from {ip} not allowed because {reason*}", *_BAD),
        Phrase("User {user} not allowed because {reason*}", *_BAD),
    ),
    "error:": (
        Phrase("error: PAM: {reason*} for illegal user {unknown_user>} from {ip}", *_NO),
        Phrase("error: PAM: {reason*} for invalid user {unknown_user>} from {ip}", *_NO),
        Phrase("error: PAM: {reason*} for {user>} from {ip}", *_NO),
        Phrase("error: Received disconnect from {ip} port {port}:{code}: {reason*}"),
        Phrase("error: Received disconnect from {ip}: {code}: {reason*}"),
        Phrase(
            "error: maximum authentication attempts exceeded for invalid user {unknown_user>} from {ip} port {port} "
            "{protocol} [preauth]",
            *_NO,
        ),
        Phrase(
            "error: maximum authentication attempts exceeded for {user>} from {ip} port {port} {protocol} [preauth]",
            *_NO,
        ),
    ),
    "Connection": (
        Phrase("Connection {end} by authenticating user {user>} {ip} port {port} [preauth]"),
        Phrase("Connection {end} by invalid user {unknown_user>} {ip} port {port} [preauth]"),
        Phrase("Connection {end} by {ip} port {port} [preauth]"),
        Phrase("Connection {end} by {ip} port {port}"),
        Phrase("Connection {end} by {ip} [preauth]"),
        Phrase("Connection {end} by {ip}"),
        Phrase("Connection from {ip} port {port} on {local_address} port {local_port}"),
        Phrase("Connection from {ip} port {port} on {local_address} port {local_port} {domain*}"),
    ),
    "Disconnected": (
        Phrase("Disconnected from authenticating user {user>} {ip} port {port} [preauth]"),
        Phrase("Disconnected from invalid user {unknown_user>} {ip} port {port} [preauth]"),
        Phrase("Disconnected from user {user>} {ip} port {port}"),
        Phrase("Disconnected from {ip} port {port} [preauth]"),
        Phrase("Disconnected from {ip} port {port}"),
        Phrase("Disconnected from {ip}"),
    ),
    "Disconnecting": (
        Phrase("Disconnecting authenticating user {user>} {ip} port {port}: {reason*}"),
        Phrase("Disconnecting invalid user {unknown_user>} {ip} port {port}: {reason*}"),
        Phrase("Disconnecting {ip} port {port}: {reason*}"),
    ),
    "Disconnecting:": (
        Phrase("Disconnecting: Too many authentication failures for {user>} [preauth]", *_NO),
        Phrase("Disconnecting: Too many authentication failures for {user>}", *_NO),
    ),
    "Received": (
        Phrase("Received disconnect from {ip} port {port}:{code}: {reason*}"),
        Phrase("Received disconnect from {ip}: {code}: {reason*}"),
    ),
    "Did": (
        Phrase("Did not receive identification string from {ip} port {port}"),
        Phrase("Did not receive identification string from {ip}"),
    ),
    "Bad": (Phrase("Bad protocol version identification {sent>} from {ip} port {port}"),),
    "Unable": (Phrase("Unable to negotiate with {ip} port {port}: {reason*}"),),
    "fatal:": (
        Phrase("fatal: Unable to negotiate with {ip} port {port}: {reason*}"),
        Phrase("fatal: Timeout before authentication for {ip} port {port}"),
    ),
    "Timeout": (Phrase("Timeout before authentication for connection from {ip} to {local_address}, pid = {child}"),),
    "Starting": (Phrase("Starting session: {session*} for {user} from {ip} port {port} id {number}"),),
    "Close": (Phrase("Close session: user {user} from {ip} port {port} id {number}"),),
    PAM + "session closed": (Phrase(_PAM + "session closed for user {user>}", "logout"),),
    PAM + "session opened": (
        Phrase(_PAM + "session opened for user {target}(uid={target_uid}) by {user}(uid={uid})"),
        Phrase(_PAM + "session opened for user {target} by {user}(uid={uid})"),
    ),
    PAM + "authentication": (
        Phrase(_PAM + "authentication failure; " + _WHY + "{ip}  user={user*}", *_NO),
        Phrase(_PAM + "authentication failure; " + _WHY + "{ip} ", *_NO),
        Phrase(_PAM + "authentication failure; " + _WHY + "{ip}", *_NO),
    ),
    PAM + "password chang": (Phrase(_PAM + "password changed for {target}"),),
    PAM: (Phrase(_PAM + "{text*}"),),
    "PAM": (
        Phrase("PAM {repeated} more authentication failures; " + _WHY + "{ip}  user={user*}", *_NO),
        Phrase("PAM {repeated} more authentication failure; " + _WHY + "{ip}  user={user*}", *_NO),
        Phrase("PAM {repeated} more authentication failures; " + _WHY + "{ip}", *_NO),
        Phrase("PAM {repeated} more authentication failure; " + _WHY + "{ip}", *_NO),
    ),
    "Successful": (Phrase("Successful su for {target} by {user*}", "other", "success"),),
    "FAILED": (
        Phrase("FAILED su for {target} by {user*}", "other", "failure"),
        Phrase("FAILED SU (to {target}) {user} on {tty*}", "other", "failure"),
        Phrase("FAILED LOGIN ({repeated}) on {tty} FOR {user>}, {reason*}", *_BAD),
    ),
    "New": (Phrase("New session {session} of user {user}."),),
    BRACKET: (
        Phrase("({user}) CMD ({command*})"),
        Phrase("(to {target}) {user} on {tty*}", "other", "success"),
    ),
    "LOGIN": (
        Phrase("LOGIN ON {tty} BY {user} FROM {ip}", *_GOOD),
        Phrase("LOGIN ON {tty} BY {user}", *_GOOD),
    ),
    "new": (
        Phrase("new user: name={target}, UID={uid}, GID={gid}, home={home*}, shell={shell*}"),
        Phrase("new group: name={group}, GID={gid}"),
    ),
    "delete": (Phrase("delete user '{target}'"),),
    "session": (
        Phrase("session opened for local user {user>} from [{ip}]"),
        Phrase("session closed for local user {user>} from [{ip}]"),
    ),
    "close": (Phrase('close "{path>}" bytes read {bytes} written {written}', "read", None, _FILE),),
    "open": (
        Phrase('open "{path>}" flags {flags} mode {mode}', "other", None, _FILE),
        Phrase('open "{path>}" flags {flags}', "other", None, _FILE),
    ),
    "opendir": (Phrase('opendir "{path*}"', "list", None, _FILE),),
    "remove": (Phrase('remove name "{path*}"', "delete", None, _FILE),),
    "rename": (Phrase('rename old "{path*}" new "{new_path*}"', "update", None, _FILE),),
    "mkdir": (Phrase('mkdir name "{path*}" mode {mode}', "create", None, _FILE),),
    ANY: (
        Phrase("{user} : " + _SUDO + " COMMAND={command*}", "other", "success"),
        Phrase("{user} : " + _SUDO + "{environment*} COMMAND={command*}", "other", "success"),
        Phrase("{user} : {reason*} ; " + _SUDO + " COMMAND={command*}", "other", "failure"),
        Phrase("{user} : {reason*} ; " + _SUDO + "{environment*} COMMAND={command*}", "other", "failure"),
        Phrase("{user} : {reason*} ; " + "PWD={folder*} ; USER={target} ; COMMAND={command*}", "other", "failure"),
    ),
}
"""For each word the phrases to try, in order; the first that fits counts."""

PROGRAMS = frozenset(
    {
        "sshd",
        "sshd-session",
        "sshd-auth",
        "sftp-server",
        "internal-sftp",
        "dropbear",
        "sudo",
        "su",
        "login",
        "CRON",
        "cron",
    }
    | {"crond", "systemd-logind", "systemd", "useradd", "userdel", "usermod", "groupadd", "groupdel", "passwd"}
    | {"chpasswd", "polkitd", "pkexec", "gdm-password]", "gdm-session-worker", "lightdm"}
)
"""Programs whose messages are believed. What begins with a PAM module is believed of every program: a service brings
PAM's messages under its own name."""
