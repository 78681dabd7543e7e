"""Cloud services: load balancers, storage, audit trails.

Comes in: nothing. Goes out: the family's tables.
"""

from detector.decode.envelope import Wrapper
from detector.decode.format import Format
from detector.decode.formats.cloud import alb, cloudfront, elb, m365csv, s3

FORMATS: tuple[Format, ...] = (*s3.FORMATS, *alb.FORMATS, *elb.FORMATS, *cloudfront.FORMATS)
WRAPPERS: tuple[Wrapper, ...] = (m365csv.WRAPPER,)
