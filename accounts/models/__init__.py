from accounts.models.export import DataExport
from accounts.models.seller import SellerProfile
from accounts.models.suspension import Suspension
from accounts.models.token import ApiToken
from accounts.models.user import User

__all__ = ["ApiToken", "DataExport", "SellerProfile", "Suspension", "User"]
