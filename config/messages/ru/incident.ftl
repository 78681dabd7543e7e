# Инциденты: заголовки, хронология. Без данных клиентов.

incident-actor = { $type ->
    [human] учётной записью сотрудника
    [service] служебной учётной записью
    [admin] администратором
    [anonymous] кем-то без входа в систему
   *[unknown] учётной записью
}
incident-actor-address = сетевым адресом
incident-actor-session = одним сеансом
incident-actor-host = неназванной учётной записью на машине
incident-actor-unnamed = кем-то, кого лог не называет
incident-who = { $type ->
    [human] учётная запись сотрудника
    [service] служебная учётная запись
    [admin] администратор
    [anonymous] кто-то без входа в систему
   *[unknown] учётная запись
}
incident-who-address = сетевой адрес
incident-who-session = один сеанс
incident-who-host = неназванная учётная запись на машине
incident-who-unnamed = кто-то, кого лог не называет
incident-title-leak = { $service ->
    [none] Данные клиентов взяты { $actor }
   *[other] Данные клиентов взяты { $actor } в системе { $service }
}
incident-title-leak-said = { $service ->
    [none] Возможно, затронуты данные клиентов: { $who }
   *[other] Возможно, затронуты данные клиентов: { $who }, система { $service }
}
incident-title-alteration = { $service ->
    [none] Данные клиентов изменены или удалены: { $who }
   *[other] Данные клиентов изменены или удалены в системе { $service }: { $who }
}
incident-title-account_takeover = { $service ->
    [none] Похоже на захват учётной записи: { $who }
   *[other] Похоже на захват учётной записи: { $who }, система { $service }
}
incident-title-web_attack = { $service ->
    [none] Веб-атака: { $who }
   *[other] Веб-атака на систему { $service }: { $who }
}
incident-title-account_attack = { $service ->
    [none] Атака на учётные записи: { $who }
   *[other] Атака на учётные записи в системе { $service }: { $who }
}
incident-title-suspicious = { $service ->
    [none] Подозрительная активность: { $who }
   *[other] Подозрительная активность в системе { $service }: { $who }
}
incident-title-drill = { $service ->
    [none] Учения: { $who }
   *[other] Учения: { $who }, система { $service }
}
incident-title-flood = Поток одного рода, больше, чем можно прочесть: { $rule }

incident-kind-leak = затронуты данные клиентов
incident-kind-alteration = данные клиентов изменены или удалены
incident-kind-account_takeover = похоже на захват учётной записи
incident-kind-web_attack = веб-атака
incident-kind-account_attack = атака на учётные записи
incident-kind-suspicious = подозрительная активность
incident-kind-blind_spot = слепое пятно
incident-kind-drill = учения
incident-kind-history = найдено в старых логах

incident-entry-opened = Инцидент открыт по { $alerts ->
    [one] { $alerts } оповещению
   *[other] { $alerts } оповещениям
}, тяжесть { $severity }.
incident-entry-extended = { $alerts ->
    [one] Добавлено { $alerts } оповещение
    [few] Добавлено { $alerts } оповещения
   *[many] Добавлено { $alerts } оповещений
}.
incident-entry-severity = Тяжесть повышена: { $old } → { $new }.
incident-acts-for = { $by } за { $person }
incident-nobody = никого не осталось
incident-stand-in = { $role }: { $person }
incident-stand-ins = { $one }, { $rest }
incident-entry-stood-in = Тем, у кого эти роли, нельзя участвовать в этом деле. Кто их замещает: { $roles }
incident-entry-left = Больше нет в команде, по этому делу их больше не вызывают: { $people }.{ $roles ->
    [none] {""}
   *[other] {" "}Кто занимает их роли: { $roles }.
}
incident-entry-looked = Показано номеров клиентов: { $clients }.
incident-entry-invited = { $person } допущен(а) к делу: { $reason }
incident-entry-approval-asked = { $act ->
    [skip_step] Шаг { $step } не нужен
    [duty] Решено: { $step }
    [adopt] Настройки, как они есть сейчас, должны действовать здесь
    [assess] Показатель тяжести предлагают снизить
    [receipt] Квитанцию предлагают исправить ({ $step })
    [import_clients] Список клиентов предлагают отозвать
    [close] Инцидент предлагают закрыть
    [reopen] Инцидент предлагают открыть снова
    [status] Инцидент предлагают считать решённым
    [hold] Инцидент предлагают отложить
    [letters] Письма, которые ещё могут уйти, предлагают не отправлять
    [merge] Инцидент предлагают объединить, и от кого-то из тех, кто видит дело, оно будет скрыто
    [aware] Факт исправляется
    [fact] Факт исправляется
   *[other] Шаг { $step } сделан
}; нужно согласие второго: { $proof }
incident-asked-letters = { NUMBER($count) } { $count ->
    [one] клиент
    [few] клиента
   *[many] клиентов
}, { $how ->
    [posted] отправлено на бумаге
    [told-otherwise] сообщили иначе
    [public] публичное сообщение
   *[other] не сообщаем
}: { $words }
incident-asked-merge = { $one } → { $other }: { $reason }
incident-asked-hold = до { $until }: { $reason }
incident-asked-fact = { $fact } (от этого мягче: { $duties })
incident-asked-receipt = квитанция { $number }, отправлено { $at }{ $duties ->
    [none] {""}
   *[other] {" "}(от этого мягче: { $duties })
}: { $reason }
incident-asked-removal = список { $number }, { $clients ->
    [one] { $clients } клиент
    [few] { $clients } клиента
   *[many] { $clients } клиентов
}{ $duties ->
    [none] {""}
   *[other] {" "}(от этого мягче: { $duties })
}: { $reason }
incident-entry-approval-declined = { $step }: согласие не дано: { $reason }
incident-skip = { $reason ->
    [not_concerned] не относится к этому делу
    [not_required] здесь этого никто не требует
    [done_elsewhere] сделано и записано в другом месте
    [impossible] сделать уже нельзя
   *[replaced] это делает другой шаг или дело
}: { $words }
incident-entry-acknowledged = Вызов принят: { $by }, способ: { $via }.
incident-entry-step-done = Шаг { $step } выполнен: { $proof }
incident-entry-step-skipped = Шаг { $step } пропущен: { $reason }
incident-entry-step-reopened = Шаг { $step } открыт снова: { $reason }
incident-entry-fact = { $kind ->
    [t0] T0, более раннее сообщение снаружи:
    [t1] T1, с какого момента мы знаем:
    [flow_stopped] Утечка остановлена с:
    [cause] Причина:
    [persons] Затронуто людей:
   *[severity] Тяжесть:
} { $value ->
    [none] отозвано
    [attack] атака
    [failure] технический сбой
    [human_error] ошибка человека
    [insider] инсайдер
    [unknown] неизвестна
    [low] низкая
    [medium] средняя
    [high] высокая
    [critical] критическая
   *[other] { $value }
}. { $source ->
    [none] {""}
   *[other] Источник: { $source }.{" "}
}Почему: { $reason }{ $approver ->
    [none] {""}
   *[other] {" "}(согласие: { $approver })
}
incident-fact-merged = это одно дело
incident-fact-before = задано до того, как факты стали храниться; кем и почему, сказано в хронологии
incident-fact-flow = к данным клиентов обращались после того, как утечку назвали остановленной
incident-entry-merged = Сюда перенесён инцидент { $number }: опоздавшая строка показала, что это одно дело
incident-entry-actor = Теперь речь о { $new }, а не о { $old }: оба видны с одного адреса
incident-goes-on = Продолжается: инцидент { $number } закрыт ({ $reason ->
    [handled] обработан
    [false_positive] ложная тревога
    [authorised] согласованная работа
   *[duplicate] дубликат
}), а это больше, чем было известно тогда.
incident-entry-followed = Продолжилось, сверх известного при закрытии: об этом инцидент { $number }
incident-note-merged = опоздавшая строка показала, что это то же дело, что инцидент { $number }; работа продолжается там
incident-note-merged-by = По словам { $by }, это одно дело с инцидентом { $number }; работа продолжается там. Причина: { $reason }
incident-entry-merged-by = { $by } присоединяет инцидент { $number } к этому: считаются самые ранние сроки обоих. Причина: { $reason }
incident-entry-merged-receipts = Квитанции оттуда, которые здесь ничего не закрывают: { $receipts }.
incident-entry-unmerged = { $by } снова разделяет этот инцидент и { $number }. Причина: { $reason }
incident-fact-unmerged = инцидент, из которого это взято, снова отдельное дело
incident-again-unmerged = { $by } снова делает его отдельным делом.
related-merged = Один из двух присоединён к другому.
related-actor = Тот же исполнитель: { $names }.
related-address = Тот же адрес: { $names }.
related-clients = { $count ->
    [one] { $count } клиент есть в обоих.
    [few] { $count } клиента есть в обоих.
   *[many] { $count } клиентов есть в обоих.
}
incident-entry-again = Команду вызывают снова{ $by ->
    [none] .
   *[other] , хотя ответ дал(а) { $by }.
}
incident-again-suspect = Речь об учётной записи того, кто ответил.
incident-again-actor = В деле появился ещё один подозреваемый.
incident-again-joined = Добавились другие: учётные записи или те, кто трогал данные клиентов.
incident-again-evidence = После ответа началось другое, чего одного хватило бы на инцидент.
incident-again-unanswered = После того как вызвали всех и никто не ответил, началось другое, чего одного хватило бы на инцидент, или то же самое из другого места.
incident-again-place = То же, чего одного хватило бы на инцидент, идёт теперь из места, где никого из него не видели.
incident-again-merged = Инцидент, на который никто не ответил, оказался тем же делом.
incident-again-severity = Тяжесть: { $old ->
    [low] низкая
    [medium] средняя
    [high] высокая
   *[critical] критическая
} → { $new ->
    [low] низкая
    [medium] средняя
    [high] высокая
   *[critical] критическая
}.
incident-again-more = Людей, которых это может касаться, самое большее: { $before } → { $after }.
incident-again-flow = Данные клиентов продолжают уходить, хотя по шагу { $step } утечка остановлена. Людей, которых это может касаться, самое большее: { $before } → { $after }.
incident-again-containment = То, что по шагу { $step } остановлено, продолжается: с тех пор данные клиентов тронуты { $count ->
    [one] { $count } раз
    [few] { $count } раза
   *[many] { $count } раз
}.
incident-again-lapsed = После ответа { $hours } ч ничего не сделано и не записано.
incident-again-lapsed-minutes = После ответа { $minutes } мин ничего не сделано и не записано.
incident-again-snoozed = Было отложено до этого времени.
incident-again-left = Того, кто ответил, больше нет в команде.
incident-again-held = До этого времени работа была приостановлена.
incident-again-reopened = Инцидент был закрыт; { $by } открывает его снова.
incident-again-closed = Инцидент был закрыт как отработанный; теперь он снова открыт.
incident-again-received = Запрос или жалоба, на которые отвечает { $duty }, поступили после закрытия инцидента; он снова открыт.
incident-entry-taken-over = Теперь этим занимается { $to } (раньше { $before }).
incident-entry-role-asked = { $by } просит { $person } взять в этом деле роль «{ $role }»: { $reason }
incident-entry-role-accepted = { $by } берёт в этом деле роль «{ $role }».
incident-entry-role-declined = { $by } не берёт роль «{ $role }» в этом деле; действует порядок команды. Почему: { $reason }
incident-entry-role-withdrawn = { $by } забирает в этом деле роль «{ $role }» или просьбу о ней ({ $person }); действует порядок команды. Почему: { $reason }
incident-entry-handed-over = Передал(а) { $by }: теперь этим занимается { $to } (раньше { $before }).
incident-entry-clock = Часы машины спешили и показывали { $before }; их перевели назад. Всё, что в этом инциденте оказалось бы в будущем, отсчитывается от { $now }: T0, сроки, вызовы. Если известно, с какого времени на самом деле, укажите T0 или T1.
incident-entry-snoozed = Отложил(а) { $by }: до { $until } никого не вызывают, если не станет хуже. Причина: { $reason }
incident-entry-status = Состояние { $old ->
    [new] новый
    [in_progress] в работе
    [on_hold] приостановлен
    [resolved] решён
    [reopened] открыт снова
   *[closed] закрыт
} → { $new ->
    [new] новый
    [in_progress] в работе
    [on_hold] приостановлен
    [resolved] решён
    [reopened] открыт снова
   *[closed] закрыт
}: { $reason }
incident-entry-held = Приостановлен до { $until }; потом команду вызовут снова. Причина: { $reason }
incident-entry-by-hand = Открыт вручную, { $by }: { $reason }
incident-proof-by-hand = открыт вручную, { $by }, { $at }
incident-by-hand = Открывает { $by }: { $reason }
incident-entry-reopened = { $by } открывает инцидент снова. Он был закрыт: { $closed ->
    [handled] отработан
    [false_positive] ложное срабатывание
    [authorised] разрешённая работа
   *[duplicate] повтор
}. Причина: { $reason }
incident-entry-scope = Масштаб посчитан: { $subjects ->
    [0] клиенты по id неизвестны
    [one] { $subjects } клиент
    [few] { $subjects } клиента
   *[many] { $subjects } клиентов
}{ $high ->
    [0] ; сколько записей, лог не говорит.
   *[other] , записей не меньше { $low }, не больше { $high }{ $uncounted ->
        [0] .
        [one] , и ещё { $uncounted } выгрузка или список, о которых лог не говорит, сколько в них записей.
        [few] , и ещё { $uncounted } выгрузки или списка, о которых лог не говорит, сколько в них записей.
       *[many] , и ещё { $uncounted } выгрузок или списков, о которых лог не говорит, сколько в них записей.
    }
}
incident-entry-worse = Хуже, чем казалось: { $new } (было: { $old }). Почему: { $reason } Люди вызываются снова.
incident-entry-seen-again = Снова работает. Что было за это время, могло остаться незамеченным.
incident-entry-blind-again = Снова не работает: { $reason }
incident-entry-clocks = Сроки по закону идут от { $at }.
incident-entry-duty-decided = { $owed ->
    [yes] Обязанность { $duty } возникла: { $reason }
   *[no] Обязанность { $duty } не возникла: { $reason }
} (согласовано: { $approver })
incident-entry-duty-receipt = Обязанность { $duty } исполнена: квитанция { $number }, отправлено { $at }{ $version ->
    [none] {""}
   *[other] , версия уведомления { $version }
}.{ $reason ->
    [none] {""}
   *[other] {" "}Исправление: { $reason }
}
incident-entry-report = К этому инциденту относится { $kind ->
    [client] жалоба клиента
    [partner] сообщение партнёра
    [journalist] вопрос журналиста
    [regulator] запрос регулятора
    [leak-sample] образец утёкших данных
   *[other] сообщение извне
} { $report }, поступление { $at }: { $reason }
incident-entry-duty-received = Запрос или жалоба, поступили { $at }: { $what }. На них отвечает обязанность { $duty }.
incident-entry-duties-confirmed = Применимые законы подтверждены. Возникли: { $owed ->
    [none] ни одна
   *[other] { $owed }
}. Не возникли: { $left ->
    [none] ни одна
   *[other] { $left }
}.{ $note ->
    [none] {""}
   *[other] {" "}Заметка: { $note }
} (согласовано: { $approver })
incident-entry-duties-again = Прежнее решение больше не действует: известно больше, чем когда решали. Решите заново: { $duties }
incident-entry-adopted = С этого момента здесь действует изменённая конфигурация: { $reason } (согласовано: { $approver }). Изменения: { $changes }
incident-entry-terms-kept = Чек-лист, законы, лестница и команда с этого момента хранятся с делом, как они настроены сейчас.
incident-entry-closed = Закрыт ({ $reason ->
    [handled] отработан
    [false_positive] ложное срабатывание
    [authorised] разрешённая работа
   *[duplicate] повтор
}): { $note }
incident-entry-closed-alone = Закрыт ({ $reason ->
    [handled] отработан
    [false_positive] ложное срабатывание
    [authorised] разрешённая работа
   *[duplicate] повтор
}) одним человеком: больше ни у кого в этом деле нет голоса: { $note }

incident-proof-opened = Открыто программой Nabat: { $alerts ->
    [one] { $alerts } оповещение
    [few] { $alerts } оповещения
   *[many] { $alerts } оповещений
}, T0 зафиксировано: { $at }.
incident-proof-acknowledged = Вызов принят, способ: { $via }.
incident-proof-aware = T1: { $at }, { $reason }
incident-entry-closed-correction = (уже сообщили: клиентам { NUMBER($told) }{ $perhaps ->
    [0] { "" }
   *[other] , возможно, ещё { NUMBER($perhaps) }
}, уведомлений { NUMBER($notices) }; как скажут об ошибке: { $words })
incident-proof-closed = Закрыт ({ $reason ->
    [handled] отработан
    [false_positive] ложное срабатывание
    [authorised] разрешённая работа
   *[duplicate] повтор
}): { $note }
incident-proof-dropped = Не нужно: закрыт как { $reason ->
    [handled] отработан
    [false_positive] ложное срабатывание
    [authorised] разрешённая работа
   *[duplicate] повтор
}.
incident-proof-approved = { $proof } (утверждает { $approver })

incident-severity-low = низкая
incident-severity-medium = средняя
incident-severity-high = высокая
incident-severity-critical = критическая

incident-via-cli = командная строка
incident-via-link = ссылка
incident-via-page = страница

incident-reason-touches = в журнале обращений есть обращения к данным клиентов.
incident-reason-findings = так говорят новые находки.
incident-reason-law = { $law }: закон применим только с этого момента. До того { $by } { $how ->
    [skipped] отмечает как ненужный
   *[done] отмечает как сделанный
}: { $proof }
incident-reason-flow = после его выполнения данные клиентов трогали снова (выполнил(а) { $by }: { $proof }).
incident-reason-again = после разрешения пришли новые оповещения.
incident-reason-held = пока работа была приостановлена, стало известно больше.

incident-title-history = Найдено в старых логах: { $accounts ->
    [0] {""}
    [one] { $accounts } учётная запись,{" "}
    [few] { $accounts } учётные записи,{" "}
   *[other] { $accounts } учётных записей,{" "}
}{ $addresses ->
    [0] {""}
    [one] { $addresses } адрес,{" "}
    [few] { $addresses } адреса,{" "}
   *[other] { $addresses } адресов,{" "}
}{ $clients ->
    [0] клиенты по номерам не известны
    [one] { $clients } клиент
    [few] { $clients } клиента
   *[other] { $clients } клиентов
}, с { $first } по { $last }
history-read = Первое чтение { $sources }: { $lines ->
    [one] { $lines } строка
    [few] { $lines } строки
   *[other] { $lines } строк
} с { $first } по { $last }, { $rejects ->
    [0] понята каждая строка
    [one] { $rejects } строка не понята
    [few] { $rejects } строки не поняты
   *[other] { $rejects } строк не понято
}.
history-unordered = Отстали от других строк своего журнала больше чем на час: { $count ->
    [one] { $count } строка
    [few] { $count } строки
   *[other] { $count } строк
}. Они оценены только по одной и между собой; если их упорядочить по времени, nabat replay оценит их вместе.
history-more = { $count ->
    [one] Ещё { $count } случай не показан; его покажет nabat replay.
    [few] Ещё { $count } случая не показаны; их покажет nabat replay.
   *[other] Ещё { $count } случаев не показано; их покажет nabat replay.
}
history-entry-more = В старых логах найдено ещё: всего { $matters ->
    [one] { $matters } случай
    [few] { $matters } случая
   *[other] { $matters } случаев
}.
history-entry-promoted = { $by } открыл(а) инцидент по найденному в старых логах ({ $digest }): { $reason }
history-entry-row = { $by } открыл(а) по строке { $row } инцидент { $number }: { $reason }
history-proof-opened = Собрано Nabat: { $matters ->
    [one] { $matters } случай
    [few] { $matters } случая
   *[other] { $matters } случаев
}, { $at }.

# Обязанности: почему закон или его требование относится к нам или нет.
incident-unreadable = Этот инцидент не читается ({ $columns }): подробности даёт nabat verify
duty-residence = клиенты живут в { $places }
duty-residence-unknown = где живут клиенты, не указано (records.residence, legal.residence){ $people ->
    [0] {""}
   *[other] , а затронуто людей: { $people }
}; закон касается { $wanted }
duty-residence-elsewhere = клиенты живут в { $places }, закон касается { $wanted }
duty-residence-listed = в { $wanted } живут { $here } из { $listed } затронутых, чьё место жительства есть в списке{ $others ->
    [0] {""}
   *[other] ; ещё о { $others } в списке не сказано
}
duty-residence-none = никто из затронутых ({ $listed }, место жительства каждого есть в списке) не живёт в { $wanted }
duty-residence-others-unknown = из { $listed } затронутых, чьё место жительства есть в списке, никто не живёт в { $wanted }; { $others ->
    [0] о тех, кого журналы не считают, это не известно
   *[other] ещё о { $others } это не известно
}
duty-residence-others = { $others ->
    [0] о тех, кого журналы не считают,
   *[other] о { $others } из затронутых
} в списке не сказано, где они живут, а обычно клиенты живут в { $places }; из { $listed } в списке никто не живёт в { $wanted }
duty-residence-others-elsewhere = из { $listed } затронутых, чьё место жительства есть в списке, никто не живёт в { $wanted }; { $others ->
    [0] о тех, кого журналы не считают,
   *[other] ещё о { $others }
} в списке не сказано, а обычно клиенты живут в { $places }
duty-sector = наш статус: { $sectors }
duty-sector-other = наш статус: { $sectors }; для него действует другая обязанность
duty-sector-none = у нас нет статуса: { $wanted }
duty-sector-unknown = наш статус не указан (legal.sectors); обязанность касается: { $wanted }
duty-classes = затронуто: { $found }
duty-classes-unknown = какие данные затронуты, пока не известно; это касается { $wanted }
duty-classes-none = не затронуто: { $wanted }
duty-data = затронуты данные таких видов: { $found }
duty-data-unknown = какие данные затронуты, пока не известно; это касается { $wanted }
duty-data-none = данные таких видов не затронуты: { $wanted }
duty-word-nis2-essential = существенная организация (NIS2)
duty-word-nis2-important = важная организация (NIS2)
duty-word-trust-services = поставщик доверенных услуг
duty-word-telecom = оператор связи
duty-word-kii = субъект КИИ
duty-word-hipaa-covered = организация, подпадающая под HIPAA
duty-word-hipaa-associate = деловой партнёр (HIPAA)
duty-word-processor = обработчик чужих данных
duty-word-dora-financial = финансовая организация (DORA)
duty-word-nydfs-covered = поднадзорная организация (NYDFS)
duty-word-simple = простые
duty-word-behavioural = поведенческие
duty-word-financial = финансовые
duty-word-sensitive = чувствительные
duty-word-loss-eur = ущерб в евро:
duty-word-loss-percent-of-turnover = ущерб в процентах оборота:
duty-subjects = { $verdict ->
    [yes] затронуто людей: { $subjects }, порог { $limit }
    [no] затронуто людей: { $subjects }, начинается с { $limit }
   *[ask] затронуто людей не меньше { $subjects }, посчитаны не все; начинается с { $limit }
}
duty-subjects-under = { $verdict ->
    [yes] затронуто людей: { $subjects }, меньше { $limit }
    [no] затронуто людей: { $subjects }, а это для меньше чем { $limit }
   *[ask] затронуто людей не меньше { $subjects }, посчитаны не все; это для меньше чем { $limit }
}
duty-subjects-perhaps = названо людей: { $subjects }, затронуто может быть до { $most }: порог, возможно, достигнут; начинается с { $limit }
duty-subjects-under-perhaps = названо людей: { $subjects }, затронуто может быть до { $most }: возможно, слишком много; это для меньше чем { $limit }
duty-subjects-there = в { $part ->
    [yes] одном регионе { $where }
   *[no] { $where }
} живут { $verdict ->
    [yes] { $subjects }
    [no] не больше { $most }
   *[ask] не меньше { $subjects }
} из затронутых{ $verdict ->
    [ask] , посчитаны не все
   *[other] {""}
}; начинается с { $limit }
duty-subjects-there-perhaps = в { $part ->
    [yes] одном регионе { $where }
   *[no] { $where }
} точно живут { $subjects } из затронутых, не больше { $most }{ $unknown ->
    [0] {""}
   *[other] ; о { $unknown } не известно, где они живут
}: порог, возможно, достигнут; начинается с { $limit }
duty-subjects-under-there = в { $part ->
    [yes] одном регионе { $where }
   *[no] { $where }
} живут { $verdict ->
    [yes] не больше { $most }
    [no] { $subjects }
   *[ask] не меньше { $subjects }
} из затронутых{ $verdict ->
    [ask] , посчитаны не все
   *[other] {""}
}; это для меньше чем { $limit }
duty-subjects-under-there-perhaps = в { $part ->
    [yes] одном регионе { $where }
   *[no] { $where }
} точно живут { $subjects } из затронутых, не больше { $most }{ $unknown ->
    [0] {""}
   *[other] ; о { $unknown } не известно, где они живут
}: возможно, слишком много; это для меньше чем { $limit }
duty-judgement = судит человек{ $figures ->
        [none] {""}
       *[other] {" "}({ $figures })
    }
duty-lawyer = относится ли это сюда, должен сказать юрист
duty-follows = следует за { $other }, а та не возникла
duty-controllers-each = о каждом контролёре, чьи клиенты затронуты, есть отдельная обязанность
duty-controller-none = клиенты { $controller }, о которых этот закон, больше не затронуты
duty-processor = данные { $people ->
    [one] { $people } затронутого человека
   *[other] { $people } затронутых людей
} обрабатываются только по поручению других: сообщаем { $count ->
    [one] { $count } контролёру
   *[other] { $count } контролёрам
}
duty-ours = без { $others ->
    [one] { $others } затронутого человека
   *[other] { $others } затронутых людей
}, чьи данные обрабатываются по поручению других: решают и сообщают они сами; своих известно { $ours }
duty-ours-perhaps = все, о ком известно ({ $others }), — люди, чьи данные обрабатываются по поручению других: решают и сообщают они сами; есть ли свои среди неизвестных, не установлено (не более { $most })
duty-others-own = обязанность не наша: данные всех затронутых людей ({ $others }) обрабатываются по поручению других, решают и сообщают они сами; мы сообщаем контролёрам
duty-country-none = жители страны { $country } больше не затронуты
duty-countries-each = о надзорном органе каждой страны, где живут затронутые люди, есть отдельная обязанность: компания учреждена вне этих стран
place-in-AT = в Австрии
place-in-BE = в Бельгии
place-in-BG = в Болгарии
place-in-CY = на Кипре
place-in-CZ = в Чехии
place-in-DE = в Германии
place-in-DK = в Дании
place-in-EE = в Эстонии
place-in-ES = в Испании
place-in-FI = в Финляндии
place-in-FR = во Франции
place-in-GR = в Греции
place-in-HR = в Хорватии
place-in-HU = в Венгрии
place-in-IE = в Ирландии
place-in-IS = в Исландии
place-in-IT = в Италии
place-in-LI = в Лихтенштейне
place-in-LT = в Литве
place-in-LU = в Люксембурге
place-in-LV = в Латвии
place-in-MT = на Мальте
place-in-NL = в Нидерландах
place-in-NO = в Норвегии
place-in-PL = в Польше
place-in-PT = в Португалии
place-in-RO = в Румынии
place-in-SE = в Швеции
place-in-SI = в Словении
place-in-SK = в Словакии
incident-duty-asked = { $owed ->
    [yes] нужно
   *[other] не нужно
}: { $reason }
incident-entry-passed-on = { $by } не может этим заняться. Сразу вызваны: { $to }.
incident-via-button = кнопка под вызовом
