"""A marketplace's API: partners' tokens, service accounts, support agents, clients who read their own orders.

Most lines are the clients' own, many of them behind the few addresses of mobile networks. A partner's token serves the
clients who bought from that partner.
"""

from detector.simulate.companies.shape import CompanyShape, Job, ServiceAccount, Verb
from detector.simulate.world import TOOLS, dice

_CARD = ("identity", "contact")
_AGENTS = (*TOOLS[:2], "Go-http-client/2.0", "okhttp/4.12.0", "Apache-HttpClient/5.3.1 (Java/21.0.4)")


def _partners(count: int) -> tuple[ServiceAccount, ...]:
    found = []
    for number in range(1, count + 1):
        luck = dice("partner", number)
        found.append(
            ServiceAccount(
                account=f"ptn-shop{number:02}",
                kind="partner",
                address=f"198.51.100.{128 + number}",
                agent=luck.choice(_AGENTS),
                size=luck.choice((25, 40, 60, 90, 160, 260)),
            )
        )
    return tuple(found)


MARKETPLACE = CompanyShape(
    name="marketplace",
    title="Example Market",
    service="api",
    host="api.example.org",
    clients=90_000,
    first_id=10_000_000,
    stride=7,
    newcomers=700,
    jobs=(
        Job(
            name="support",
            share=0.66,
            rotation="week",
            hours=((7.0, 15.4), (9.0, 17.5), (14.5, 23.0), (22.7, 31.2)),
            pause=360,
            holds="cases",
            size=40,
            stays=7,
            again=0.3,
            team_share=0.1,
            fresh=0.12,
            team="desk",
            per_team=12,
            remote=0.35,
            tasks={
                "serve": 92,
                "queue": 5,
                "look_up": 1.5,
                "errand": 1,
                "chance_list": 0.5,
                "report": 0.3,
                "work_list": 1,
            },
        ),
        Job(
            name="claims",
            share=0.14,
            rotation="office",
            hours=((9.0, 17.8), (10.5, 19.2)),
            pause=540,
            holds="cases",
            size=110,
            stays=18,
            again=0.55,
            team_share=0.1,
            fresh=0.03,
            team="claims",
            per_team=8,
            remote=0.4,
            tasks={"serve": 60, "errand": 16, "work_list": 8, "neighbours_list": 1.5, "report": 3},
        ),
        Job(
            name="manager",
            share=0.06,
            rotation="office",
            hours=((9.5, 18.5),),
            pause=1800,
            team="desk",
            per_team=12,
            fresh=0.05,
            team_share=0.4,
            remote=0.4,
            tasks={"spot_check": 40, "serve": 30, "report": 12, "look_up": 10},
        ),
        Job(
            name="analyst",
            share=0.09,
            rotation="office",
            hours=((10.0, 19.0),),
            pause=2100,
            team="office",
            per_team=8,
            fresh=0.02,
            remote=0.5,
            tools=0.9,
            tasks={"report": 26, "script": 36, "look_up": 18, "spot_check": 20},
        ),
        Job(
            name="admin",
            share=0.05,
            rotation="office",
            hours=((10.0, 19.0),),
            pause=3000,
            team="office",
            per_team=8,
            remote=0.5,
            type="admin",
            tasks={"spot_check": 30, "maintenance": 50, "report": 5},
        ),
    ),
    services=(
        ServiceAccount(account="svc-delivery", kind="backend", address="10.1.4.11", agent="okhttp/4.12.0", size=160),
        ServiceAccount(account="svc-mailer", kind="sync", address="10.1.4.12", agent="Go-http-client/2.0", size=12),
        ServiceAccount(
            account="svc-antifraud", kind="sync", address="10.1.4.15", agent="python-requests/2.32.3", size=8
        ),
        ServiceAccount(account="svc-reindex", kind="walk", address="10.1.4.13", agent="curl/8.5.0", size=900, hour=4.1),
        ServiceAccount(
            account="svc-bi", kind="export", address="10.1.4.14", agent="python-requests/2.32.3", size=15_000
        ),
        *_partners(14),
    ),
    verbs={
        "health": Verb(action="other", path="/health", size=15, took=0.002),
        "login": Verb(action="login", path="/v1/token", method="POST", took=0.15, word="login"),
        "home": Verb(action="other", path="/v1/me", size=700),
        "logout": Verb(action="logout", path="/v1/token/revoke", method="POST", status=204, word="logout"),
        "export": Verb(
            action="export",
            path="/v1/exports/buyers",
            query="from={since}&to={until}",
            size=80,
            row_bytes=210,
            took=1.0,
            word="buyer.export",
            object="client",
            classes=_CARD,
        ),
        "search": Verb(
            action="search",
            path="/v1/buyers",
            query="q={text}&page={page}",
            size=200,
            row_bytes=310,
            took=0.12,
            word="buyer.search",
            object="client",
            classes=_CARD,
        ),
        "browse": Verb(
            action="list",
            path="/v1/claims",
            query="state={text}&page={page}",
            size=200,
            row_bytes=260,
            word="claim.list",
            object="client",
            classes=_CARD,
        ),
        "document": Verb(
            action="download",
            path="/v1/buyers/{client_id}/receipts/{document_id}",
            size=90_000,
            took=0.3,
            word="receipt.download",
            object="document",
            classes=("purchases",),
        ),
        "history": Verb(
            action="list",
            path="/v1/buyers/{client_id}/orders",
            size=4200,
            word="order.list",
            object="order",
            classes=("purchases",),
        ),
        "update": Verb(
            action="update",
            path="/v1/buyers/{client_id}",
            method="PATCH",
            word="buyer.update",
            object="client",
            classes=_CARD,
        ),
        "view": Verb(
            action="read", path="/v1/buyers/{client_id}", size=2600, word="buyer.view", object="client", classes=_CARD
        ),
        "own": Verb(
            action="read", path="/v1/my/{client_id}", size=3800, word="own.view", object="client", classes=_CARD
        ),
        "link": Verb(
            action="read",
            path="/t/{client_id}/{document_id}",
            size=900,
            word="parcel.view",
            object="client",
            classes=("purchases",),
        ),
    },
    data_classes={
        "identity": ("confidential", "names and addresses", "имена и адреса", "simple"),
        "contact": ("confidential", "contact details", "контактные данные", "simple"),
        "purchases": ("confidential", "orders and receipts", "заказы и чеки", "behavioural"),
    },
    web="nginx.json",
    customers=2600,
    links=900,
    seasonal={"report": 1.6},
)
