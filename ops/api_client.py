"""A student is placed and a figure read, by a client that was generated from the API's document.

Takes the server's address, the token of an officer, and the folder that holds the generated package; called by ops/api.
"""

import datetime
import sys

address, token, folder = sys.argv[1:]
sys.path.insert(0, folder)

from gradtrail_client import AuthenticatedClient
from gradtrail_client.api.employer import employer_register
from gradtrail_client.api.events import events
from gradtrail_client.api.placement import placement_draft, placement_show
from gradtrail_client.api.report import report
from gradtrail_client.models import EmployerRegisterBody, PlacementDraftJsonBody

client = AuthenticatedClient(base_url=address, token=token)


def answered(response):
    """The parsed answer of what was done."""
    assert response.status_code == 200, (response.status_code, response.content.decode())
    return response.parsed


unit = EmployerRegisterBody.from_dict({"name": "东方汽车服务有限公司", "code": "91330700MA28A00001"})
answered(employer_register.sync_detailed(client=client, body=unit, idempotency_key="unit-1"))
draft = {
    "student": "20230001",
    "kind": "post",
    "source": "school",
    "host": "91330700MA28A00001",
    "first_day": (datetime.date.today() + datetime.timedelta(days=30)).isoformat(),
    "last_day": (datetime.date.today() + datetime.timedelta(days=150)).isoformat(),
    "address": "工业路88号",
    "post": "汽车维修",
    "site_kind": "private",
    "region": "city",
    "mentor": "郑师傅",
    "teacher": "mentor",
    "pay": 2400,
    "pay_unit": "month",
    "on_specialty": "full",
}
placed = [
    answered(placement_draft.sync_detailed(client=client, body=PlacementDraftJsonBody.from_dict(draft), idempotency_key="one"))
    for _ in range(2)
]
assert placed[1].repeated and placed[0].position == placed[1].position, placed
shown = answered(placement_show.sync_detailed(client=client, student="20230001"))
assert shown.rows and shown.versions, shown
figures = answered(report.sync_detailed(client=client, year=datetime.date.today().year))
assert figures["counts"]["graduates"] >= 0, figures
page = answered(events.sync_detailed(client=client, after=placed[0].position - 1))
assert page.events[0].type_.startswith("gradtrail.placement."), page
print("the generated client placed a student and read a figure")
