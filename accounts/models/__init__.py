from accounts.models.export import DataExport
from accounts.models.former_handle import FormerHandle
from accounts.models.seller import SellerProfile
from accounts.models.skill import KnownSkill
from accounts.models.suspension import Suspension
from accounts.models.token import ApiToken
from accounts.models.user import User

__all__ = ["ApiToken", "DataExport", "FormerHandle", "KnownSkill", "SellerProfile", "Suspension", "User"]
