from accounts.models.seller import SellerProfile
from accounts.models.suspension import Suspension
from accounts.models.token import ApiToken
from accounts.models.user import User

__all__ = ["ApiToken", "SellerProfile", "Suspension", "User"]
