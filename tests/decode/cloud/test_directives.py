"""CloudFront: a directive nobody understands costs itself, wherever the file is cut."""

from tests.decode.batches import batch_of, decoder_for
from tests.decode.golden import FOLDER, read

GOOD = next(read(FOLDER / "cloudfront.samples")).record
SPOILT = "#Fields:ate time x-edge-location sc-bytes c-ip cs-method cs-uri-stem"


def test_lines_behind_a_spoilt_directive_are_read_as_those_of_a_file_without_one():
    whole = decoder_for(format="cloudfront").decode(batch_of([GOOD, SPOILT, GOOD]))
    assert whole.numbers.to_list() == [1, 3]
    cut = decoder_for(format="cloudfront").decode(batch_of([GOOD], header=SPOILT))
    assert cut.frame.drop("log.offset").equals(whole.frame[1:].drop("log.offset"))
