"""A CRS of regional climate models, which WKT 1 cannot say."""

ROTATED_POLE = """GEOGCRS["Rotated pole",BASEGEOGCRS["WGS 84",DATUM["World Geodetic System 1984",
    ELLIPSOID["WGS 84",6378137,298.257223563]]],DERIVINGCONVERSION["Pole rotation",
    METHOD["Pole rotation (netCDF CF convention)"],PARAMETER["Grid north pole latitude (netCDF CF convention)",39.25],
    PARAMETER["Grid north pole longitude (netCDF CF convention)",-162],
    PARAMETER["North pole grid longitude (netCDF CF convention)",0]],
    CS[ellipsoidal,2],AXIS["longitude",east],AXIS["latitude",north],ANGLEUNIT["degree",0.0174532925199433]]"""
