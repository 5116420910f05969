"""What the QGIS desktop shows besides algorithms: imported only when needed, and never by qgis_process."""
