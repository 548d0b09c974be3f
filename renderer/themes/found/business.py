"""Which kind of business a site is: the types that schema.org lists below LocalBusiness, and Person."""

import re

_FOOD = """
FoodEstablishment Bakery BarOrPub Brewery CafeOrCoffeeShop Distillery FastFoodRestaurant IceCreamShop Restaurant
Winery
"""
_LOCAL = """
LocalBusiness AccountingService AdultEntertainment AmusementPark AnimalShelter ArchiveOrganization ArtGallery
Attorney AutoBodyShop AutoDealer AutoPartsStore AutoRental AutoRepair AutoWash AutomatedTeller AutomotiveBusiness
BankOrCreditUnion BeautySalon BedAndBreakfast BikeStore BookStore BowlingAlley Campground Casino ChildCare
ClothingStore ComedyClub CommunityHealth ComputerStore ConvenienceStore DaySpa Dentist DepartmentStore Dermatology
DietNutrition DryCleaningOrLaundry Electrician ElectronicsStore Emergency EmergencyService EmploymentAgency
EntertainmentBusiness ExerciseGym FinancialService FireStation Florist FurnitureStore GardenStore GasStation
GeneralContractor Geriatric GolfCourse GovernmentOffice GroceryStore Gynecologic HVACBusiness HairSalon
HardwareStore HealthAndBeautyBusiness HealthClub HobbyShop HomeAndConstructionBusiness HomeGoodsStore Hospital
Hostel Hotel HousePainter IndividualPhysician InsuranceAgency InternetCafe JewelryStore LegalService Library
LiquorStore Locksmith LodgingBusiness MedicalBusiness MedicalClinic MensClothingStore Midwifery MobilePhoneStore
Motel MotorcycleDealer MotorcycleRepair MovieRentalStore MovieTheater MovingCompany MusicStore NailSalon NightClub
Notary Nursing Obstetric OfficeEquipmentStore Oncologic Optician Optometric Otolaryngologic OutletStore PawnShop
Pediatric PetStore Pharmacy Physician PhysiciansOffice Physiotherapy PlasticSurgery Plumber Podiatric PoliceStation
PostOffice PrimaryCare ProfessionalService Psychiatric PublicHealth PublicSwimmingPool RadioStation RealEstateAgent
RecyclingCenter Resort RoofingContractor SelfStorage ShoeStore ShoppingCenter SkiResort SportingGoodsStore
SportsActivityLocation SportsClub StadiumOrArena Store TattooParlor TelevisionStation TennisComplex TireShop
TouristInformationCenter ToyStore TravelAgency VacationRental WholesaleStore
"""
FOOD = frozenset(_FOOD.split())
LOCAL = FOOD | frozenset(_LOCAL.split())
BUSINESSES = (*sorted(LOCAL), "Organization", "Person")
_KNOWN = {name.casefold(): name for name in BUSINESSES}
_ALSO = {
    "cafe": "CafeOrCoffeeShop", "café": "CafeOrCoffeeShop", "coffeeshop": "CafeOrCoffeeShop",
    "kedaikopi": "CafeOrCoffeeShop", "warung": "Restaurant", "rumahmakan": "Restaurant", "restoran": "Restaurant",
    "clinic": "MedicalClinic", "klinik": "MedicalClinic", "doktergigi": "Dentist", "salon": "BeautySalon",
    "barbershop": "HairSalon", "eventplanner": "ProfessionalService", "weddingorganizer": "ProfessionalService",
    "shop": "Store", "toko": "Store", "hotel": "Hotel", "villa": "VacationRental", "gym": "ExerciseGym",
    "bengkel": "AutoRepair", "laundry": "DryCleaningOrLaundry", "apotek": "Pharmacy", "personal": "Person",
}  # fmt: skip


def business_type(text: str | None) -> str | None:
    """`cafe_or_coffee_shop`, `https://schema.org/CafeOrCoffeeShop` → `CafeOrCoffeeShop`; None for what is none."""
    key = re.sub(r"[\s_-]", "", (text or "").rpartition("/")[2]).casefold()
    return _KNOWN.get(key) or _ALSO.get(key)
