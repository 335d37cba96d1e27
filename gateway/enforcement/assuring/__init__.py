"""The assurance pack: what an auditor asks for of an agreement's recipient, told from what the installation knows."""
