-- Bins of scores are told by how rare they are among others now; what was counted in others is fitted anew.

DELETE FROM calibration;
