# Why something is a blind spot.
blind-spot-source = The source { $name } is not being read: { $why }.
blind-spot-rule = The rule { $name } does not judge: { $why }.
blind-spot-model = The behaviour model { $name } does not judge: { $why }.
blind-spot-role = Nobody answers for { $name }: { $why }.
blind-spot-state = { $name } cannot be kept: { $why }.

# A law beside its clock: how sure we are of the wording.
law-marked = { $title } ({ $mark ->
        [text] wording read
        [secondary] from secondary sources
       *[memory] from memory
    }; have your lawyer confirm)

# The behaviour model, for the first page.
model-off = off
model-not-ready = not ready: { $why }
model-trained = trained { $day } on { $rows } windows of { $actors } accounts and addresses
model-starter = the shipped one, trained on a simulated company; train it on your own logs: nabat train
