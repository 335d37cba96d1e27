"""Codes in words, from the NHS Data Dictionary's lists and the registers of the GP extract."""

from __future__ import annotations

from gateway.catalogue import hospital, worklist

REGISTERS = worklist.REGISTERS
NOT_KNOWN = "Not known"
SEX = {"1": "Male", "2": "Female", **dict.fromkeys(("0", "9", "X", ""), NOT_KNOWN)}
ADMISSION_METHODS = {
    "11": "Elective: waiting list",
    "12": "Elective: booked",
    "13": "Elective: planned",
    "21": "Emergency: A&E",
    "22": "Emergency: GP",
    "23": "Emergency: bed bureau",
    "24": "Emergency: consultant clinic",
    "25": "Emergency: mental health crisis team",
    "28": "Emergency: other",
    "2A": "Emergency: A&E of another provider",
    "2B": "Emergency: transfer from another provider",
    "2C": "Baby born at home",
    "2D": "Emergency: other means",
    "31": "Maternity: before delivery",
    "32": "Maternity: after delivery",
    "81": "Transfer from another provider",
    "82": "Birth here",
    "83": "Birth elsewhere",
}
CLASSIFICATIONS = {
    "1": "Ordinary admission",
    "2": "Day case",
    "3": "Regular day",
    "4": "Regular night",
    "5": "Mother and baby",
}
TREATMENT_FUNCTIONS = hospital.TREATMENT_FUNCTIONS
DISCHARGE_METHODS = {
    "1": "Discharged on advice or with consent",
    "2": "Discharged by self or a relative",
    "3": "Discharged by a tribunal or court",
    "4": "Died",
    "5": "Stillbirth",
}
DESTINATIONS = {
    "19": "Usual place of residence",
    "29": "Temporary place of residence",
    "30": "Repatriation from a high security hospital",
    "37": "Court",
    "38": "Penal establishment or police station",
    "48": "High security hospital, Scotland",
    "49": "Other provider: high security psychiatric",
    "50": "Other provider: medium secure unit",
    "51": "Other provider: general ward",
    "52": "Other provider: maternity or neonatal ward",
    "53": "Other provider: mental health or learning disability ward",
    "54": "Care home run by the local authority",
    "65": "Local authority residential care",
    "66": "Local authority foster care",
    "79": "None: died",
    "84": "Non-NHS hospital: medium secure unit",
    "85": "Non-NHS care home",
    "87": "Non-NHS hospital",
    "88": "Hospice",
}
DEPARTMENTS = {
    "01": "Major emergency department",
    "02": "Single specialty department",
    "03": "Minor injuries or other",
    "04": "NHS walk-in centre",
    "05": "Same day emergency care",
}
ATTENDANCE = {
    "2": "Patient cancelled",
    "3": "Did not attend",
    "4": "Provider cancelled",
    "5": "Attended",
    "6": "Attended late",
    "7": "Did not attend, late",
}
FIRST = {"1": "First", "2": "Follow-up", "3": "First, by telephone or video", "4": "Follow-up, by telephone or video"}
ETHNIC_GROUPS = {
    **dict.fromkeys("ABC", "White"),
    **dict.fromkeys("DEFG", "Mixed"),
    **dict.fromkeys("HJKL", "Asian"),
    **dict.fromkeys("MNP", "Black"),
    **dict.fromkeys("RS", "Other"),
}
SNOMED = {
    "29857009": "Chest pain",
    "267036007": "Shortness of breath",
    "271807003": "Rash",
    "21522001": "Abdominal pain",
    "422400008": "Vomiting",
    "62315008": "Diarrhoea",
    "306706006": "Admitted to a ward",
    "306689006": "Went home",
}
EMERGENCY_USE, ATTENDANCE_USE, ELECTIVE_USE, CLINIC_USE = worklist.USES
CHAPTERS = {
    "A": "Infectious diseases",
    "B": "Infectious diseases",
    "C": "Neoplasms",
    "D": "Neoplasms and blood",
    "E": "Endocrine and metabolic",
    "F": "Mental and behavioural",
    "G": "Nervous system",
    "H": "Eye and ear",
    "I": "Circulatory",
    "J": "Respiratory",
    "K": "Digestive",
    "L": "Skin",
    "M": "Musculoskeletal",
    "N": "Genitourinary",
    "O": "Pregnancy and childbirth",
    "P": "Perinatal",
    "Q": "Congenital",
    "R": "Symptoms and signs",
    "S": "Injury",
    "T": "Injury and poisoning",
    "V": "External causes",
    "W": "External causes",
    "X": "External causes",
    "Y": "External causes",
    "Z": "Factors and contact",
}
