"""Official figures and measures: releases, rates with their definition, doubts, checked statements; no clock."""
