//! Mails with iMIP invitations for Astralis, over SMTP or into a spool folder.
