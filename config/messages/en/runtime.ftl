# Why something is a blind spot.
blind-spot-source = The source { $name } is not being read: { $why }.
blind-spot-rule = The rule { $name } does not judge: { $why }.
blind-spot-model = The behaviour model { $name } does not judge: { $why }.
blind-spot-role = Nobody answers for { $name }: { $why }.
blind-spot-state = { $name } cannot be kept: { $why }.
