# Что говорит `nabat who`.

who-nobody = { $clients ->
    [one] к данным этого клиента
   *[other] к данным всех { NUMBER($clients) } клиентов
} никто не обращался с { $since }
who-clients = необъяснимо клиентов: { $unexplained } из { $clients }
who-own = таких { $share } из того, что он открывает
who-role = в его роли { $share }
who-from = с { $addresses }
who-no-actor = никто не назван
