# Письма клиентам: что в них сказано и что сказано о них
letter-greeting = Здравствуйте, { $name }!
letter-greeting-nobody = Здравствуйте!
letter-again = Мы уже сообщали вам об этом. Теперь известно, что это касается и других ваших данных: в этом письме названы все.
letter-reference = { $reference } (в прежнем письме: { $earlier })
letter-mistaken = Мы писали вам, что утечки не было. Это больше не так: верно то, что сказано в этом письме.
letter-outcome-false-positive = Чужого доступа к данным клиентов не было.
letter-outcome-authorised = С данными клиентов работали те, кто имел на это право.
letter-act-seen = просмотрели
letter-act-listed = увидели в списке
letter-act-exported = скопировали
letter-act-changed = изменили
letter-act-deleted = удалили
letter-date = { $day } { $month ->
    [1] января
    [2] февраля
    [3] марта
    [4] апреля
    [5] мая
    [6] июня
    [7] июля
    [8] августа
    [9] сентября
    [10] октября
    [11] ноября
   *[12] декабря
} { NUMBER($year, useGrouping: 0) } года
letter-when-day = { $date }
letter-when-span = с { $first } по { $last }
letter-data = { $title }: { $acts } { $when }
letter-data-unknown = данные о вас
letter-data-listed = Вы есть в списке тех, кого это касается. Какие именно ваши данные в нём, мы пока не знаем. Напишем, как только узнаем.
letter-risk-phishing = Вам могут звонить и писать от нашего имени.
letter-risk-identity = На ваше имя могут взять кредит.
letter-risk-document = Номер вашего паспорта или другой бумаги могут пустить в ход.
letter-risk-password = В ваши учётные записи могут войти.
letter-risk-payment = С вашего счёта могут списать деньги.
letter-risk-disclosure = То, что вы доверили нам, могут узнать другие.
letter-do-phishing = Не верьте звонкам, письмам и ссылкам об этом случае. Положите трубку и звоните нам сами. Мы не спросим у вас ни пароль, ни код.
letter-do-identity = Проверьте свою кредитную историю сейчас и ещё раз через три месяца. Запретите выдачу кредитов на ваше имя. В России это можно сделать на Госуслугах или в МФЦ, в Казахстане — на портале eGov.
letter-do-document = Спросите там, где вам дали документ, стоит ли его менять. Скажите, что номер знают чужие.
letter-do-password = Смените пароль у нас и везде, где он такой же.
letter-do-two-factor = Включите вход в два шага (код или ключ) в почте, в банке и у нас.
letter-do-payment = Каждый день смотрите, что списали со счёта. О чужих тратах сразу скажите банку.
letter-do-disclosure = Если с вас просят деньги за молчание, не платите. Скажите об этом полиции и нам.
letter-did-stopped = Закрыли доступ, через который это сделали.
letter-did-secrets = Сменили пароли и ключи наших систем.
letter-did-clients = Завершили все входы и просим сменить пароли.
letter-did-closed = Закрыли брешь и проверили это.
letter-did-authority = Сообщили надзорному органу.
letter-did-police = Сообщили полиции.
letter-did-inquiry = Начали расследование.
letter-did-looking = Час за часом выясняем, что произошло.
incident-entry-letters-planned = Подготовлены письма клиентам ({ $document }): { $letters }{ $scope ->
    [0] { "" }
   *[other] , по версии { $scope } охвата
}{ $missing ->
    [0] { "" }
   *[other] ; без письма: { $missing }
}
incident-entry-letters-begun = Началась отправка писем клиентам ({ $document }): к отправке { $left }
incident-entry-letters-ended = Письма клиентам ({ $document }): отправлено { $sent }{ $post ->
    [0] { "" }
   *[other] , почтой { $post }
}{ $unknown ->
    [0] { "" }
   *[other] , неизвестно { $unknown }
}{ $failed ->
    [0] { "" }
   *[other] , не ушло или вернулось { $failed }
}
incident-entry-letters-settled = Письма, о которых не было известно, ушли ли они ({ $document }): { $sent ->
    [0] пойдут снова: { $again }
   *[other] ушли: { $sent }{ $again ->
        [0] { "" }
       *[other] , пойдут снова: { $again }
    }
}
incident-entry-letters-bounced = Писем клиентам вернулось: { $count } ({ $document }){ $again ->
    [0] { "" }
   *[other] ; другим путём пойдут { $again }
}{ $rest ->
    [0] { "" }
   *[other] ; иного пути нет у { $rest }
}
incident-entry-letters-post = Записан список писем для почты ({ $document }): { $count }
web-entry-letters-planned = письма подготовлены
web-entry-letters-begun = отправка писем
incident-entry-letters-contradicted = Письма клиентам ({ $document }) уходят, хотя проверка нашла противоречия с делом ({ $count }): { $reason }
web-entry-letters-contradicted = письма вопреки проверке
web-entry-letters-ended = письма отправлены
web-entry-letters-settled = письма выяснены
web-entry-letters-bounced = письма вернулись
web-entry-letters-post = список для почты
letters-kind-first = первое письмо
letters-kind-follow-7 = письмо через 7 дней
letters-kind-follow-30 = письмо через 30 дней
letters-kind-withdrawal = письмо об отзыве
letters-state-planned = в плане
letters-state-sending = отправляется
letters-state-unknown = неизвестно, ушло ли
letters-state-sent = отправлено
letters-state-bounced = вернулось
letters-state-failed = не ушло
letters-state-post = почтой
letters-state-replaced = заменено
letters-state-not-reached = нет контакта
letters-state-unrepresented = ребёнок или подопечный, написать некому
letters-state-held = задержано
letters-state-posted = отправлено на бумаге
letters-state-told-otherwise = сообщили иначе
letters-state-public = публичное сообщение
letters-state-given-up = не сообщаем
letters-later = нет ни в одном плане писем
letters-wider = затронуто больше их данных, чем сообщено
web-letters-wider = По числам затронуто больше данных клиентов, чем им сообщено ({ NUMBER($count) }): при закрытии сверяется каждый клиент.
letters-without-sum = Без письма (*): { NUMBER($without) }. Уведомлено лично: { NUMBER($informed) }{ $less ->
    [0] { "" }
   *[other] , из них ещё не обо всём: { NUMBER($less) }
}.
letters-without-remark = Без письма { NUMBER($count) } { $count ->
    [one] клиент
    [few] клиента
   *[many] клиентов
}, и никто не сказал, как им сообщили. Закон здесь этого не требует: nabat letters without { $number }
incident-entry-letters-told = Без письма { NUMBER($count) } { $count ->
    [one] клиент
    [few] клиента
   *[many] клиентов
}{ $letter ->
    [none] { $failed ->
        [0] { "" }
       *[other] , отказ сервера { $failed }
    }{ $bounced ->
        [0] { "" }
       *[other] , вернулись { $bounced }
    }{ $unreached ->
        [0] { "" }
       *[other] , нет контакта { $unreached }
    }{ $unrepresented ->
        [0] { "" }
        [one] , ребёнок или подопечный, писать некому { $unrepresented }
        [few] , ребёнок или подопечный, писать некому { $unrepresented }
        [many] , ребёнок или подопечный, писать некому { $unrepresented }
       *[none] { "" }
    }{ $planned ->
        [0] { "" }
        [one] , ещё не отправлены { $planned }
        [few] , ещё не отправлены { $planned }
        [many] , ещё не отправлены { $planned }
       *[none] { "" }
    }{ $held ->
        [0] { "" }
       *[other] , задержаны { $held }
    }{ $post ->
        [0] { "" }
       *[other] , для почты { $post }
    }{ $rest ->
        [0] { "" }
       *[other] , прочие { $rest }
    }
   *[other] { " " }({ $letter })
}: { $how ->
    [posted] отправлено на бумаге
    [told-otherwise] сообщили иначе
    [public] публичное сообщение
   *[other] не сообщаем
}, { $told }: { $words }
incident-entry-letters-held = Письма одному клиенту задержаны (запись { $number }, писем: { $count }): { $reason }
incident-entry-letters-released = Письма одному клиенту снова можно отправлять (запись { $number }, писем: { $count }): { $reason }
web-entry-letters-told = клиенты без письма
web-entry-letters-held = письма задержаны
web-entry-letters-released = письма отпущены
letters-why-no-contact = нет контакта
letters-why-no-address = нет адреса
letters-why-no-representative = за клиента отвечает представитель, а написать ему нельзя
letters-why-told-otherwise = сообщили по телефону или лично: исправить так же
letters-why-of-controller = данные обрабатываются по поручению других, им пишут те
letters-title = Письма клиентам: { $kind }
letters-plan-head = { $kind }, инцидент { $number }{ $scope ->
    [0] { "" }
   *[other] , по версии { $scope } его охвата
}
letters-plan-total = Писем: { $letters }
letters-plan-again = кому уже сообщали, но не обо всех данных: { NUMBER($count) }
letters-plan-another = чьё письмо вернулось или не принято, а адрес теперь другой: { NUMBER($count) }
letters-plan-mistaken = кому потом сообщили, что это ошибка: { NUMBER($count) }
letters-plan-unknown = ещё о { NUMBER($count) } неизвестно, сообщили ли им; сначала выясните это: nabat letters settle { $number } --accepted FILE
letters-plan-in-public = кому сообщили публично: { NUMBER($count) }; исправьте там же, где это было сказано
letters-plan-manner = { $law }, из них не больше { NUMBER($count) }: сообщается { $manner }
letters-plan-form = { $law }: в форме, которую он требует ({ $form }): { $count }
letters-plan-form-unsure = из них о { $count } неизвестно, живут ли они там: они получат эту форму, в ней есть всё, что есть в общем письме. Укажите, где живут клиенты: records.residence.
letters-plan-form-unserved = из них { $count } ничего не предложено, хотя затронуты номера документов: закон может требовать защиты личности на 12 месяцев (letters.offers).
letters-plan-form-delay = в этой форме сказано, что полиция не просила задержать уведомление: если просила, измените текст.
letters-plan-form-common = В общей форме: { $count }
letters-plan-form-name = форма { $form }
letters-mark-memory = по памяти
letters-mark-secondary = по вторичным источникам
letters-plan-unchecked = проверьте перед отправкой ({ $mark }): { $who }; проверив, запишите: letters.help_contacts: { $id }
letters-plan-missing = Клиентов без письма: { $count }
letters-of-others = Сверх этих чисел, им пишут другие: { NUMBER($count) }
letters-plan-by-language = По языкам: { $counts }
letters-plan-foreign = Не на своём языке: говорят на { $spoken }, а письмо получат на { $given } — { $count }. Свой текст: { $file } в папке letters.templates.
letters-plan-mixed = В письмах на { $language } ({ $count }) по-английски стоят фразы ({ $phrases }). Запишите их на { $language } в файл { $file } в папке letters.templates; сейчас они такие:
letters-plan-by-channel = По каналам: { $counts }
letters-plan-by-class = По видам данных: { $counts }
letters-plan-unknown-class = неизвестно какие
letters-plan-ease = Удобочитаемость ({ $language }): { $ease }; нужно не меньше { $wanted }
letters-plan-sample = Образец { $number } ({ $language })
letters-plan-digests = SHA-256 всех писем, как они читаются: { $texts }
    SHA-256 файла с адресатами: { $file }
letters-replaced = заменено более поздним планом
letters-of-merged = инцидента { $number }, присоединённого к этому
letters-approved-by = согласовали: { $people }
calls-not-approved = { $question } (ЕЩЁ НЕ УТВЕРЖДЕНО: спросите, прежде чем отвечать так)
incident-entry-call-added = Вопрос клиента ждёт ответа (звонок { $number })
incident-entry-call-answered = На вопрос из звонка { $number } ответили
web-entry-call-added = вопрос клиента
web-entry-call-answered = ответ клиенту
calls-offer-only = { $offer } Только тем, у кого затронуты такие данные: { $classes }.
calls-faq-title = Ответы для горячей линии
calls-waits = ждёт
calls-answered = отвечено
web-letters = Письма клиентам
web-letters-plan = Письмо
web-letters-count = Писем
web-letters-state = Как далеко
web-letters-approved = Согласовали
web-letters-none = Письма ещё не подготовлены.
web-letters-which = Какое письмо
web-letters-count-press = Посчитать
web-letters-file-press = Подготовить на согласование
incident-entry-letters-ordered = Служба отправляет письма клиентам ({ $document }): к отправке { $left }
incident-entry-letters-stopped = Отправка писем клиентам остановлена ({ $document }): ушло { $sent }, осталось { $left }
web-entry-letters-ordered = отправка поручена
web-entry-letters-stopped = отправка остановлена
letters-order-standing = { $kind }: служба отправляет их с { $at }, поручение дал(а) { $by }
letters-order-done = { $kind }: поручение от { $at }, { $by }; отправлено
letters-order-stopped = { $kind }: поручение от { $at }, { $by }; остановлено
letters-order-halted = { $kind }: поручение от { $at }, { $by }; почтовый сервер их не принимает
letters-order-refused = { $kind }: поручение от { $at }, { $by }; отправить не удалось
notify-letters-done-title = Письма клиентам отправлены: { $name }
notify-letters-done = Письма клиентам по инциденту { $name }, которые вы поручили отправить, ушли.
notify-letters-halted-title = Письма клиентам не принимают: { $name }
notify-letters-halted = Почтовый сервер отверг столько писем клиентам по инциденту { $name } подряд, что отправка остановлена. Узнайте, чем он недоволен, и отправьте снова.
notify-letters-refused-title = Письма клиентам нельзя отправить: { $name }
notify-letters-refused = Письма клиентам по инциденту { $name } нельзя отправить так, как было поручено. Причина на странице.
notify-letters-back-title = Письма клиентам вернулись: { $name }
notify-letters-back = Писем клиентам по инциденту { $name } вернулось: { $back }. Дальше другим каналом: { $again }. Дальше почтой: { $post }. Другого пути нет: { $rest }. Если служба сейчас не отправляет письма по поручению, отправьте их снова; список для почты на странице.
notify-letters-figures = Отправлено: { $sent }. Осталось: { $left }. Неизвестно, вернулось или не ушло: { $lost }.
web-problem-letters-two = Перед отправкой эти письма должны согласовать двое, кроме того, кто их подготовил ({ $person }).
web-problem-letters-merged = Эти письма подготовлены до того, как в этот инцидент вошёл другой, по которому уже есть письма. Подготовьте их заново, чтобы никто не получил два.
web-problem-letters-parted = Эти письма подготовлены до того, как инцидент отделили от другого. Подготовьте их заново, чтобы никто не получил два.
web-problem-letters-early = Первые письма ушли { $first }, а в этих сказано, что это было давнее.
web-problem-letters-busy = Письма этого инцидента сейчас кто-то отправляет или готовит. Подождите или сначала остановите отправку.
web-problem-letters-ordered = Служба уже отправляет эти письма.
web-problem-letters-none-left = Отправлять больше нечего.
web-problem-letters-not-ordered = Служба этих писем не отправляет.
web-problem-letters-nobody = Писать некому: посмотрите, для кого нет письма.
web-problem-letters-otherwise = Письма читались бы не так, как согласованные: подготовьте их заново. Кто уже получил письмо, второго не получит.
web-problem-letters-meanwhile = Тем временем подготовлен другой план писем: подготовьте заново.
web-problem-letters-not-filed = Эти письма ещё не подготовлены.
web-problem-letters-no-first = Первого письма ещё никому не отправляли.
web-problem-letters-smtp = Не задан почтовый сервер (letters.smtp).
web-problem-letters-sender = Не задан адрес отправителя (letters.sender).
web-letters-hint = Их согласуют здесь двое, кроме того, кто их подготовил. Затем кто-нибудь поручает службе отправить их: каждое один раз, а прерванное продолжится. То, что номера клиентов были показаны или выданы, записывается.
web-letters-plan-new = Подготовить письма
web-letters-missing = Список тех, кому письма нет
web-letters-read = Прочитать план
web-letters-read-hint = Числа и образцы с именами. То, что вы его прочитали, записывается.
web-letters-wait = { $count ->
    [one] Их должен согласовать ещё { $count } человек.
    [few] Их должны согласовать { $count } человека.
   *[other] Их должны согласовать { $count } человек.
}
web-letters-approve = Согласовать эти письма
web-letters-own-word = Ваше слово уже есть: второе должен дать кто-то другой.
web-letters-send = { $count ->
    [one] Отправить { $count } письмо
    [few] Отправить { $count } письма
   *[other] Отправить { $count } писем
}
web-letters-send-hint = Их отправит служба, в том числе после перезапуска, от вашего имени. Когда закончит, вам сообщат.
web-letters-stop = Остановить отправку
web-letters-stop-hint = Письмо, которое уже передаётся, уйдёт; остальные можно отправить потом.
web-letters-look-again = Посмотреть ещё раз
web-letters-from = Можно отправить с { $time }: в нём сказано, что первое письмо было давнее.
web-letters-gone = готово { $gone } из { $all }
web-letters-put-off = отложено: { $count } ({ $why })
web-letters-post = Список для почты
web-letters-pages = Письма для печати
web-letters-post-hint = Письма, которые идут почтой, и те, что не ушли иначе.
web-letters-unknown = Неизвестно, ушли ли
web-letters-unknown-hint = Их передавали, когда остановилась служба или почтовый сервер. Найдите их идентификаторы в журнале почтового сервера. Письмо принято, если оно там поставлено в очередь или доставлено.
web-letters-accepted = Идентификаторы писем, принятых почтовым сервером, или строки его журнала с ними
web-letters-rest = Остальные
web-letters-rest-leave = остаются неизвестными
web-letters-rest-again = отправить снова
web-letters-rest-sent = тоже ушли
web-letters-settle = Записать
web-letters-back = Вернулось
web-letters-back-found = { $back ->
    [0] { $known ->
        [0] Судя по этому письму, ни одно из этих писем не вернулось.
       *[other] Известно и так: { NUMBER($known) }. Больше ничего не вернулось.
    }
   *[other] Вернулось: { $back }. Пойдёт другим путём: { $again }. Другого пути нет: { $rest }.
}
web-letters-returned = Письмо о возврате целиком, с заголовками
web-letters-returned-hint = Целый ящик таких писем читает `nabat letters bounces { $number } ЯЩИК`.
web-letters-take-back = Учесть
web-letters-box = Посмотреть в почтовом ящике
web-letters-box-hint = Читает то, что пришло с прошлого раза; в ящике ничего не меняется.
web-letters-box-looked = Служба смотрела в ящик: { $time }.
web-letters-box-failed = Служба не смогла заглянуть в ящик: { $time }.
web-letters-back-more = Есть ещё: посмотрите снова.
web-problem-letters-box = { $code ->
    [login] Почтовый сервер не принимает учётную запись или пароль ящика (letters.bounces).
    [folder] Такой папки в ящике нет (letters.bounces.imap).
    [tls] Сертификату почтового сервера нет доверия (letters.bounces.imap).
    [timeout] Почтовый сервер ящика не ответил вовремя (letters.bounces.imap).
   *[other] Ящик, в который возвращаются письма, не прочитать: сервер недоступен или отвечает непонятно (letters.bounces.imap).
}
web-problem-letters-box-password = Не прочитать файл с паролем ящика (letters.bounces.password_file).
web-letters-without = Клиенты без письма
web-letters-without-count = Без письма { NUMBER($count) } { $count ->
    [one] клиент
    [few] клиента
   *[many] клиентов
}, и никто не сказал, как им сообщили. Если закон требует сообщить клиентам, до этого инцидент не закрыть как отработанный.
web-letters-without-some = Первые из «{ $state }»: { $some }
web-letters-informed = Уведомлено лично: { NUMBER($count) }{ $less ->
    [0] { "" }
   *[other] , из них ещё не обо всём: { NUMBER($less) }
}.
web-letters-without-fetch = Получить, кто они
web-letters-without-client = Или один клиент: идентификатор
web-letters-told-how = Как им сообщили
web-letters-told-words = Под каким номером, где или кто сообщил; если не сообщаем — почему
web-letters-told-at = Когда сообщили ({ $zone }); пусто — сейчас
web-letters-told-press = Записать
web-letters-hold = Задержать письма одному клиенту
web-letters-hold-hint = Возражение клиента или слово юриста: письма об этом клиенте больше не отправляются, по новым планам тоже. Письма о детях и других, кого клиент представляет, идут дальше: остановите каждое по его номеру клиента. При закрытии спросят, как ему сообщили.
web-letters-hold-count = Сейчас задержаны письма: { NUMBER($count) } { $count ->
    [one] клиенту
   *[many] клиентам
}.
web-letters-hold-client = Идентификатор клиента
web-letters-hold-reason = Почему
web-letters-hold-press = Задержать
web-letters-release-press = Отпустить
web-letters-held-done = { $count ->
    [0] Писем этому клиенту сейчас нет; из следующих планов они не уйдут.
   *[other] Задержано: { $count }.
} Ушло или, возможно, ушло: { $gone }.
web-close-correction = Уже сообщили или, возможно, сообщили: клиентам { NUMBER($count) }, другим уведомлениями { NUMBER($notices) }. Если закрыть иначе, чем «отработан»: как им скажут об ошибке или почему не скажут?
web-problem-close-notices = Отправлено уведомлений: { NUMBER($count) } ({ $refs }). Об ошибке надо сказать тем, кто их получил. Напишите, как им скажут или почему не скажут.
web-problem-close-correction = { NUMBER($count) } { $count ->
    [one] клиент получил
    [few] клиента получили
   *[many] клиентов получили
} письмо или иное сообщение{ $perhaps ->
    [none] { "" }
   *[other] , возможно, ещё { $perhaps }
}: об ошибке им надо сказать. Напишите, как им скажут или почему не скажут. Повтор лучше объединить с другим инцидентом, чтобы никто не получил два письма.
web-close-without = Без письма { NUMBER($count) } { $count ->
    [one] клиент
    [few] клиента
   *[many] клиентов
}: запишите, как им сообщили или почему нет
web-problem-clients-without = Без письма { NUMBER($count) } { $count ->
    [one] клиент
    [few] клиента
   *[many] клиентов
} ({ $counts }). На странице «Письма», в разделе «Клиенты без письма», запишите, как им сообщили или почему нет.
web-problem-letters-unsent = Ещё не отправлено { NUMBER($count) } { $count ->
    [one] письмо клиенту
    [few] письма клиентам
   *[many] писем клиентам
}. Отправьте на странице «Письма».
web-problem-letters-in-doubt = Неизвестно, ушло ли { NUMBER($count) } { $count ->
    [one] письмо клиенту
    [few] письма клиентам
   *[many] писем клиентам
}: запишите это на странице «Письма».
web-problem-clients-unplanned = Ни в одном плане писем нет { NUMBER($count) } { $count ->
    [one] клиента
   *[many] клиентов
}: подготовьте письма на странице «Письма».
web-problem-clients-wider = { $count ->
    [one] { NUMBER($count) } клиента
   *[other] { NUMBER($count) } клиентов
} это касается больше, чем им сообщили: затронуты и другие их данные. Подготовьте письма, где названы все, на странице «Письма».
web-problem-letters-which = Укажите, о каких клиентах речь: состояния или один клиент по идентификатору, не всё сразу.
web-problem-letters-more-asked = Сейчас таких клиентов уже { $count }, а согласия просили о { $asked }. Откажите и запросите заново.
web-problem-letters-other-since = Письмо № { $number } больше не действует: есть более позднее. Откажите и запросите заново.
web-problem-letters-settle-two = Чтобы письма, которые ещё могут уйти, не ушли, нужно согласие другого человека.
web-problem-letters-nobody-so = В таком состоянии нет ни одного клиента.
web-problem-letters-not-theirs = В этом инциденте нет письма этому клиенту: получите список тех, кто без письма, и проверьте идентификатор.
web-problem-letters-has-one = У этого клиента письмо есть.
web-problem-letters-held = Письма этому клиенту задержаны с { $since }, задержал(а) { $person }.
web-problem-letters-not-held = Письма этому клиенту не задержаны.
web-problem-letters-client = Укажите идентификатор клиента.
web-problem-letters-told-when = Этот момент ещё не наступил или задолго до инцидента.
web-problem-letters-how = Укажите, как им сообщили, или что не сообщаем.
