"""What the QGIS desktop shows besides algorithms: imported when it is needed, and never by qgis_process."""
