<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
    <name>RasterLearn</name>
    <message>
        <source>The file “{}” does not exist.</source>
        <translation>Le fichier « {} » n&apos;existe pas.</translation>
    </message>
    <message>
        <source>Give the labels either as a raster ({}) or as features ({}): exactly one of them.</source>
        <translation>Indiquez les étiquettes soit sous forme de raster ({}), soit sous forme d&apos;entités ({}) : exactement l&apos;un des deux.</translation>
    </message>
    <message>
        <source>Choose the field that holds the class of each feature (FIELD).</source>
        <translation>Choisissez le champ qui contient la classe de chaque entité (FIELD).</translation>
    </message>
    <message>
        <source>Values are judged by a raster of values: give {}, and not {}.</source>
        <translation>Des valeurs s&apos;évaluent à l&apos;aide d&apos;un raster de valeurs : indiquez {}, et non {}.</translation>
    </message>
    <message>
        <source>“{}” has {} band(s), “{}” has {}: values are compared band by band.</source>
        <translation>« {} » a {} bande(s), « {} » en a {} : les valeurs sont comparées bande par bande.</translation>
    </message>
    <message>
        <source>{} × {} pixels</source>
        <translation>{} × {} pixels</translation>
    </message>
    <message>
        <source>“{}” has {}, “{}” has {}: bands are stacked only on the same grid. Choose files of one pixel size, or bring them to one grid first (“Warp”).</source>
        <translation>« {} » a {}, « {} » a {} : des bandes ne s&apos;empilent que sur une même grille. Choisissez des fichiers d&apos;une même taille de pixel, ou ramenez-les d&apos;abord à une même grille (« Projection (warp) »).</translation>
    </message>
    <message>
        <source>“{}” has no coordinate reference system, so its position cannot be compared with others. Assign one (Raster → Projections → Assign projection).</source>
        <translation>« {} » n&apos;a pas de système de coordonnées de référence ; sa position ne peut donc pas être comparée à d&apos;autres. Assignez-lui-en un (Raster → Projections → Assigner une projection).</translation>
    </message>
    <message>
        <source>The image “{}” has {} × {} pixels, less than a patch of {} × {}.</source>
        <translation>L&apos;image « {} » a {} × {} pixels, moins qu&apos;une imagette de {} × {}.</translation>
    </message>
    <message>
        <source>The architecture {} needs patches of at least {} × {} pixels, received {}.</source>
        <translation>L&apos;architecture {} a besoin d&apos;imagettes d&apos;au moins {} × {} pixels ; reçu : {}.</translation>
    </message>
    <message>
        <source>Give the images in one way: exactly one of {}.</source>
        <translation>Donnez les images d&apos;une seule façon : exactement un paramètre parmi {}.</translation>
    </message>
    <message>
        <source>{} and {} exclude each other. Give one of them.</source>
        <translation>{} et {} s&apos;excluent. N&apos;indiquez que l&apos;un des deux.</translation>
    </message>
    <message>
        <source>The model looks at {} image(s), received {}: {}</source>
        <translation>Le modèle regarde {} image(s) ; reçu : {} : {}</translation>
    </message>
    <message>
        <source>The image “{}” has {} band(s), the model expects {}: {}. Stack them in this order first.</source>
        <translation>L&apos;image « {} » a {} bande(s), le modèle en attend {} : {}. Empilez-les d&apos;abord dans cet ordre.</translation>
    </message>
    <message>
        <source>The folder “{}” does not exist. Choose another one.</source>
        <translation>Le dossier « {} » n&apos;existe pas. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The output may need {:.1f} GB, but the disk of “{}” has {:.1f} GB left.</source>
        <translation>La sortie peut nécessiter {0:.1f} Go, mais il ne reste que {2:.1f} Go sur le disque de « {1} ».</translation>
    </message>
    <message>
        <source>{} is missing: images for sources must follow each other.</source>
        <translation>{} manque : les images des sources doivent se suivre sans lacune.</translation>
    </message>
    <message>
        <source>{}: no image could be loaded. Expected raster files, received {}.</source>
        <translation>{} : aucune image n&apos;a pu être chargée. Attendu : des fichiers raster ; reçu : {}.</translation>
    </message>
    <message>
        <source>“{}” is read as it is set in QGIS, and not as its file says: {}.</source>
        <translation>« {} » est lu comme QGIS le règle, et non comme l&apos;indique son fichier : {}.</translation>
    </message>
    <message>
        <source>{}: the layer {} could not be loaded. Expected a vector layer or file.</source>
        <translation>{} : la couche {} n&apos;a pas pu être chargée. Attendu : une couche ou un fichier vecteur.</translation>
    </message>
    <message>
        <source>The environment in “{}” is up to date.</source>
        <translation>L&apos;environnement dans « {} » est à jour.</translation>
    </message>
    <message>
        <source>{}: {}</source>
        <translation>{} : {}</translation>
    </message>
    <message>
        <source>“{}”: what QGIS shows is copied for this job, because it is not just what its file holds ({}).</source>
        <translation>« {} » : ce que montre QGIS est copié pour ce traitement, car ce n&apos;est pas seulement ce que contient son fichier ({}).</translation>
    </message>
    <message>
        <source>{}: no feature of “{}” is selected. Select some, or use all of them.</source>
        <translation>{} : aucune entité de « {} » n&apos;est sélectionnée. Sélectionnez-en, ou utilisez-les toutes.</translation>
    </message>
    <message>
        <source>{}: the filter “{}” is not understood: {}</source>
        <translation>{} : le filtre « {} » n&apos;est pas compris : {}</translation>
    </message>
    <message>
        <source>{}: feature {} of “{}” is not valid. Repair it (“Fix geometries”), or leave such features out.</source>
        <translation>{} : l&apos;entité {} de « {} » n&apos;est pas valide. Réparez-la (« Réparer les géométries »), ou laissez de telles entités de côté.</translation>
    </message>
    <message>
        <source>two fields are called “{}”.</source>
        <translation>deux champs s&apos;appellent « {} ».</translation>
    </message>
    <message>
        <source>The job was cancelled. {}</source>
        <translation>Le traitement a été annulé. {}</translation>
    </message>
    <message>
        <source>Copying “{}”: {} features</source>
        <translation>Copie de « {} » : {} entités</translation>
    </message>
    <message>
        <source>{}: what QGIS shows of “{}” is not just what its file holds ({}), and it could not be copied: {} Export the layer (“Save Features As”) to a GeoPackage, and give that.</source>
        <translation>{} : ce que QGIS montre de « {} » n&apos;est pas seulement ce que contient son fichier ({}), et n&apos;a pas pu être copié : {} Exportez la couche (« Sauvegarder les entités sous ») dans un GeoPackage, et indiquez celui-ci.</translation>
    </message>
    <message>
        <source>not a file of a format that is read directly</source>
        <translation>pas un fichier d&apos;un format lu directement</translation>
    </message>
    <message>
        <source>unsaved edits</source>
        <translation>modifications non enregistrées</translation>
    </message>
    <message>
        <source>virtual or joined fields</source>
        <translation>champs virtuels ou joints</translation>
    </message>
    <message>
        <source>another coordinate reference system</source>
        <translation>autre système de coordonnées de référence</translation>
    </message>
    <message>
        <source>another encoding</source>
        <translation>autre encodage</translation>
    </message>
    <message>
        <source>a filter</source>
        <translation>un filtre</translation>
    </message>
    <message>
        <source>selected features only</source>
        <translation>entités sélectionnées uniquement</translation>
    </message>
    <message>
        <source>a limited number of features</source>
        <translation>un nombre limité d&apos;entités</translation>
    </message>
    <message>
        <source>a check of geometries</source>
        <translation>un contrôle des géométries</translation>
    </message>
    <message>
        <source>a filter of this run</source>
        <translation>un filtre de cette exécution</translation>
    </message>
    <message>
        <source>{}: the image “{}” cannot be loaded. Expected a raster file that QGIS reads (GeoTIFF, JP2, VRT …).</source>
        <translation>{} : l&apos;image « {} » ne peut pas être chargée. Attendu : un fichier raster lisible par QGIS (GeoTIFF, JP2, VRT …).</translation>
    </message>
    <message>
        <source>{}: the layer “{}” comes from the provider “{}”; expected a raster file. Export it first.</source>
        <translation>{} : la couche « {} » provient du fournisseur « {} » ; un fichier raster est attendu. Exportez-la d&apos;abord.</translation>
    </message>
    <message>
        <source>{}: the layer “{}” is only in the memory of QGIS. Export it to a file, and give that.</source>
        <translation>{} : la couche « {} » n&apos;existe que dans la mémoire de QGIS. Exportez-la dans un fichier, et indiquez celui-ci.</translation>
    </message>
    <message>
        <source>{}: the layer “{}” is opened with options or a login of QGIS ({}), which its file alone does not have. Export it, and give that file, or add the file to QGIS without them.</source>
        <translation>{} : la couche « {} » est ouverte avec des options ou un identifiant de QGIS ({}) que son fichier seul n&apos;a pas. Exportez-la et indiquez ce fichier, ou ajoutez le fichier à QGIS sans eux.</translation>
    </message>
    <message>
        <source>coordinate reference system: {}</source>
        <translation>système de coordonnées de référence : {}</translation>
    </message>
    <message>
        <source>nodata: {}</source>
        <translation>nodata : {}</translation>
    </message>
    <message>
        <source>{}: for the layer “{}”, QGIS leaves out values (Layer properties → Transparency) in a way that an image cannot record: more than one, ranges, others in each band, or of scaled values. Export it (“Save As”, raw data), and give that file.</source>
        <translation>{} : pour la couche « {} », QGIS écarte des valeurs (Propriétés de la couche → Transparence) d&apos;une manière qu&apos;une image ne peut pas enregistrer : plusieurs valeurs, des intervalles, d&apos;autres pour chaque bande, ou des valeurs mises à l&apos;échelle. Exportez-la (« Enregistrer sous », données brutes), et indiquez ce fichier.</translation>
    </message>
    <message>
        <source>Land cover from a label raster</source>
        <translation>Occupation du sol à partir d&apos;un raster d&apos;étiquettes</translation>
    </message>
    <message>
        <source>Land cover from polygons</source>
        <translation>Occupation du sol à partir de polygones</translation>
    </message>
    <message>
        <source>Land cover from two resolutions</source>
        <translation>Occupation du sol à partir de deux résolutions</translation>
    </message>
    <message>
        <source>Random Forest on the features of a network</source>
        <translation>Forêt aléatoire sur les descripteurs d&apos;un réseau</translation>
    </message>
    <message>
        <source>Finer bands guided by others (super-resolution)</source>
        <translation>Bandes plus fines guidées par d&apos;autres (super-résolution)</translation>
    </message>
    <message>
        <source>Image without clouds (gap filling)</source>
        <translation>Image sans nuages (comblement de lacunes)</translation>
    </message>
    <message>
        <source>Normalizes images, draws samples from a raster of labels, extracts patches, trains a network and maps the first image.</source>
        <translation>Normalise des images, tire des échantillons dans un raster d&apos;étiquettes, extrait des imagettes, entraîne un réseau et cartographie la première image.</translation>
    </message>
    <message>
        <source>Like the workflow from a label raster, but from polygons with a class field; a share of them is set aside in blocks to evaluate the network.</source>
        <translation>Comme la chaîne à partir d&apos;un raster d&apos;étiquettes, mais avec des polygones dotés d&apos;un champ de classe ; une part d&apos;entre eux est mise de côté par blocs pour évaluer le réseau.</translation>
    </message>
    <message>
        <source>Trains a network with two branches on images of two pixel sizes, such as the bands of Sentinel-2 at 10 m and 20 m, and maps at the finer one.</source>
        <translation>Entraîne un réseau à deux branches sur des images de deux tailles de pixel, comme les bandes de Sentinel-2 à 10 m et à 20 m, et cartographie à la plus fine.</translation>
    </message>
    <message>
        <source>Trains a network, then a Random Forest on the output of its last layer, and maps with both in one pass.</source>
        <translation>Entraîne un réseau, puis une forêt aléatoire sur la sortie de sa dernière couche, et cartographie avec les deux en une seule passe.</translation>
    </message>
    <message>
        <source>Brings coarse bands, such as those of Sentinel-2 at 20 m, to the pixels of finer ones of the same day. A network is trained on degraded images, where the truth is known (Wald&apos;s protocol), and is applied to the original ones.</source>
        <translation>Amène des bandes grossières, comme celles de Sentinel-2 à 20 m, aux pixels de bandes plus fines du même jour. Un réseau est entraîné sur des images dégradées, où la vérité est connue (protocole de Wald), puis il est appliqué aux images d&apos;origine.</translation>
    </message>
    <message>
        <source>Reconstructs what is under the clouds of an image from images of other dates. A network is trained where clouds are laid over clear ground. Clear pixels are left unchanged. Mask the clouds of the other images first (“Mask an image (clouds)”).</source>
        <translation>Reconstitue ce qui se trouve sous les nuages d&apos;une image à partir d&apos;images d&apos;autres dates. Un réseau est entraîné là où des nuages sont posés sur un sol dégagé. Les pixels clairs restent tels quels. Masquez d&apos;abord les nuages des autres images (« Masquer une image (nuages) »).</translation>
    </message>
    <message>
        <source>Open it in the graphical modeler to see its steps, or to change a copy of it.</source>
        <translation>Ouvrez cette chaîne dans le modeleur graphique pour en voir les étapes, ou pour en modifier une copie.</translation>
    </message>
    <message>
        <source>Edit classes and colors …</source>
        <translation>Modifier les classes et les couleurs …</translation>
    </message>
    <message>
        <source>Save the legend</source>
        <translation>Enregistrer la légende</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>The legend “{}” cannot be read or written: {}.</source>
        <translation>La légende « {} » ne peut pas être lue ou écrite : {}.</translation>
    </message>
    <message>
        <source>Legend</source>
        <translation>Légende</translation>
    </message>
    <message>
        <source>Classes and colors</source>
        <translation>Classes et couleurs</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Valeur</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Color</source>
        <translation>Couleur</translation>
    </message>
    <message>
        <source>The values of the labels, what they mean, and how the map shows them:</source>
        <translation>Les valeurs des étiquettes, leur signification et leur représentation sur la carte :</translation>
    </message>
    <message>
        <source>Add a class</source>
        <translation>Ajouter une classe</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Values must be whole numbers, received “{}”.</source>
        <translation>Les valeurs doivent être des nombres entiers ; reçu : « {} ».</translation>
    </message>
    <message>
        <source>Each class needs a value and a name of its own.</source>
        <translation>Chaque classe a besoin d&apos;une valeur et d&apos;un nom qui lui soient propres.</translation>
    </message>
    <message>
        <source>Add at least one class.</source>
        <translation>Ajoutez au moins une classe.</translation>
    </message>
    <message>
        <source>patches of {} × {} pixels</source>
        <translation>imagettes de {} × {} pixels</translation>
    </message>
    <message>
        <source>Image {}: {} bands ({}), {}</source>
        <translation>Image {} : {} bandes ({}), {}</translation>
    </message>
    <message>
        <source>Values: {}</source>
        <translation>Valeurs : {}</translation>
    </message>
    <message>
        <source>Classes: {}</source>
        <translation>Classes : {}</translation>
    </message>
    <message>
        <source>On its validation samples: overall accuracy {:.3f}, kappa {:.3f}</source>
        <translation>Sur ses échantillons de validation : exactitude globale {:.3f}, indice kappa {:.3f}</translation>
    </message>
    <message>
        <source>The engine is not set up yet (a download of about 0.5 GB).</source>
        <translation>Le moteur n&apos;est pas encore installé (téléchargement d&apos;environ 0,5 Go).</translation>
    </message>
    <message>
        <source>The engine is out of date: its requirements or QGIS&apos;s Python changed.</source>
        <translation>Le moteur n&apos;est plus à jour : les paquets requis ou le Python de QGIS ont changé.</translation>
    </message>
    <message>
        <source>The engine is ready.</source>
        <translation>Le moteur est prêt.</translation>
    </message>
    <message>
        <source>Set up now</source>
        <translation>Installer maintenant</translation>
    </message>
    <message>
        <source>The engine is not set up yet: expected its Python environment in “{}”. Run “Set up the engine” (rasterlearn:setupengine) once; it downloads TensorFlow and scikit-learn.</source>
        <translation>Le moteur n&apos;est pas encore installé : son environnement Python est attendu dans « {} ». Exécutez une fois « Installer le moteur » (rasterlearn:setupengine), qui télécharge TensorFlow et scikit-learn.</translation>
    </message>
    <message>
        <source>Set it up now</source>
        <translation>L&apos;installer maintenant</translation>
    </message>
    <message>
        <source>the setting “{}”</source>
        <translation>le paramètre « {} »</translation>
    </message>
    <message>
        <source>the variable {}</source>
        <translation>la variable {}</translation>
    </message>
    <message>
        <source>The engine&apos;s Python “{}”, named by {}, does not exist. Correct or remove it.</source>
        <translation>Le Python du moteur, « {} », indiqué par {}, n&apos;existe pas. Corrigez cette indication ou supprimez-la.</translation>
    </message>
    <message>
        <source>QGIS&apos;s Python was not found; looked for {}. Name a Python with GDAL and TensorFlow in {}.</source>
        <translation>Le Python de QGIS est introuvable ; emplacements examinés : {}. Indiquez dans {} un Python qui dispose de GDAL et de TensorFlow.</translation>
    </message>
    <message>
        <source>TensorFlow has no package for Python {}.{} (up to {}.{}). Name an older Python in {}.</source>
        <translation>TensorFlow n&apos;a pas de paquet pour Python {}.{} (il en existe jusqu&apos;à {}.{}). Indiquez un Python plus ancien dans {}.</translation>
    </message>
    <message>
        <source>TensorFlow has no GPU package for {} on {}. On Windows, install it in WSL2 and name that Python in {}; or choose DEVICE=cpu.</source>
        <translation>TensorFlow n&apos;a pas de paquet GPU pour {} sur {}. Sous Windows, installez-le dans WSL2 et indiquez ce Python dans {} ; ou choisissez DEVICE=cpu.</translation>
    </message>
    <message>
        <source>Creating a Python environment in “{}” with {}</source>
        <translation>Création d&apos;un environnement Python dans « {} » avec {}</translation>
    </message>
    <message>
        <source>Installing {}</source>
        <translation>Installation de {}</translation>
    </message>
    <message>
        <source>The set-up was cancelled. Everything is as it was before.</source>
        <translation>L&apos;installation a été annulée. Tout est comme avant.</translation>
    </message>
    <message>
        <source>exit code {}</source>
        <translation>code de sortie {}</translation>
    </message>
    <message>
        <source>The set-up failed at “{}”: {} ({})</source>
        <translation>L&apos;installation a échoué à l&apos;étape « {} » : {} ({})</translation>
    </message>
    <message>
        <source>The proxy refused the connection. Check its address, user and password under Settings → Options → Network (an HTTP proxy), or in the variable HTTPS_PROXY.</source>
        <translation>Le proxy a refusé la connexion. Vérifiez son adresse, l&apos;utilisateur et le mot de passe dans Préférences → Options → Réseau (proxy HTTP), ou dans la variable HTTPS_PROXY.</translation>
    </message>
    <message>
        <source>The server&apos;s certificate was not trusted; many institutes replace it with their own. Ask for that certificate and name its file in the variable PIP_CERT.</source>
        <translation>Le certificat du serveur n&apos;a pas été jugé fiable ; beaucoup d&apos;établissements le remplacent par le leur. Demandez ce certificat et indiquez son fichier dans la variable PIP_CERT.</translation>
    </message>
    <message>
        <source>The disk is full. Free some space and run the set-up again.</source>
        <translation>Le disque est plein. Libérez de l&apos;espace et relancez l&apos;installation.</translation>
    </message>
    <message>
        <source>QGIS&apos;s Python cannot make environments. On Debian and Ubuntu, install the package python3-venv.</source>
        <translation>Le Python de QGIS ne peut pas créer d&apos;environnements. Sous Debian et Ubuntu, installez le paquet python3-venv.</translation>
    </message>
    <message>
        <source>Files may not be written. Check the permissions of your QGIS profile&apos;s folder.</source>
        <translation>Des fichiers ne peuvent pas être écrits. Vérifiez les droits sur le dossier de votre profil QGIS.</translation>
    </message>
    <message>
        <source>PyPI cannot be reached. Check that this computer is online. Behind a proxy, enter it under Settings → Options → Network; without any connection, name a Python that has TensorFlow in the settings.</source>
        <translation>PyPI est injoignable. Vérifiez que cet ordinateur est en ligne. Derrière un proxy, indiquez-le dans Préférences → Options → Réseau ; sans aucune connexion, indiquez dans les options un Python qui dispose de TensorFlow.</translation>
    </message>
    <message>
        <source>The download broke off. Run the set-up again; what was downloaded is kept.</source>
        <translation>Le téléchargement s&apos;est interrompu. Relancez l&apos;installation ; ce qui a été téléchargé est conservé.</translation>
    </message>
    <message>
        <source>PyPI, or the mirror that pip is set up for, has no package for this Python and computer.</source>
        <translation>PyPI, ou le miroir que pip utilise, n&apos;a pas de paquet pour ce Python et cet ordinateur.</translation>
    </message>
    <message>
        <source>Check the internet connection and the free disk space, and run the set-up again.</source>
        <translation>Vérifiez la connexion à Internet et l&apos;espace libre sur le disque, puis relancez l&apos;installation.</translation>
    </message>
    <message>
        <source>Deleting “{}”</source>
        <translation>Suppression de « {} »</translation>
    </message>
    <message>
        <source>The engine needs about {} GB in “{}”, but only {:.1f} GB are free.</source>
        <translation>Le moteur a besoin d&apos;environ {} Go dans « {} », mais seulement {:.1f} Go sont libres.</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly (exit code {}). {} Run “Set up the engine” if this happens again.</source>
        <translation>Le moteur s&apos;est arrêté de façon inattendue (code de sortie {}). {} Exécutez « Installer le moteur » si cela se reproduit.</translation>
    </message>
    <message>
        <source>{}: expected a number, 0 for automatic; received “{}”.</source>
        <translation>{} : un nombre est attendu, 0 pour automatique ; reçu : « {} ».</translation>
    </message>
    <message>
        <source>Engine&apos;s Python (empty: the one that was set up)</source>
        <translation>Python du moteur (vide : celui qui a été installé)</translation>
    </message>
    <message>
        <source>Memory for blocks and patches (GB; 0: automatic)</source>
        <translation>Mémoire pour les blocs et les imagettes (Go ; 0 : automatique)</translation>
    </message>
    <message>
        <source>Cache for images (MB; 0: automatic)</source>
        <translation>Cache des images (Mo ; 0 : automatique)</translation>
    </message>
    <message>
        <source>Device for algorithms set to auto</source>
        <translation>Périphérique de calcul pour les algorithmes réglés sur auto</translation>
    </message>
    <message>
        <source>Threads (0: automatic)</source>
        <translation>Fils d&apos;exécution (0 : automatique)</translation>
    </message>
    <message>
        <source>Land-cover map …</source>
        <translation>Carte d&apos;occupation du sol …</translation>
    </message>
    <message>
        <source>Set up the engine …</source>
        <translation>Installer le moteur …</translation>
    </message>
    <message>
        <source>Settings …</source>
        <translation>Préférences …</translation>
    </message>
    <message>
        <source>Date of the image (2017-02-16), or of all images</source>
        <translation>Date de l&apos;image (2017-02-16), ou de toutes les images</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>Époques</translation>
    </message>
    <message>
        <source>Image with clouds</source>
        <translation>Image avec nuages</translation>
    </message>
    <message>
        <source>Cloud mask or quality band</source>
        <translation>Masque de nuages ou bande de qualité</translation>
    </message>
    <message>
        <source>Mask values of clouds and their shadows</source>
        <translation>Valeurs du masque pour les nuages et leurs ombres</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Graine</translation>
    </message>
    <message>
        <source>Images of other dates, masked</source>
        <translation>Images d&apos;autres dates, masquées</translation>
    </message>
    <message>
        <source>Pixels from one patch to the next</source>
        <translation>Pixels d&apos;une imagette à la suivante</translation>
    </message>
    <message>
        <source>Filled</source>
        <translation>Image comblée</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Rapport</translation>
    </message>
    <message>
        <source>Samples per class</source>
        <translation>Échantillons par classe</translation>
    </message>
    <message>
        <source>Images or band files</source>
        <translation>Images ou fichiers de bandes</translation>
    </message>
    <message>
        <source>Labels (raster)</source>
        <translation>Étiquettes (raster)</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Carte</translation>
    </message>
    <message>
        <source>Blocks that are kept (pixels)</source>
        <translation>Côté des blocs conservés (pixels)</translation>
    </message>
    <message>
        <source>Field with the class</source>
        <translation>Champ de la classe</translation>
    </message>
    <message>
        <source>Polygons</source>
        <translation>Polygones</translation>
    </message>
    <message>
        <source>Percent to judge with</source>
        <translation>Pourcentage pour évaluer</translation>
    </message>
    <message>
        <source>Coarser images or band files</source>
        <translation>Images ou fichiers de bandes plus grossiers</translation>
    </message>
    <message>
        <source>Finer images or band files</source>
        <translation>Images ou fichiers de bandes plus fins</translation>
    </message>
    <message>
        <source>Finer pixels along a coarser one</source>
        <translation>Pixels fins le long d&apos;un pixel grossier</translation>
    </message>
    <message>
        <source>Pixels of the degraded coarser image from patch to patch</source>
        <translation>Pixels de l&apos;image grossière dégradée d&apos;une imagette à l&apos;autre</translation>
    </message>
</context>
<context>
    <name>RasterLearnCommands</name>
    <message>
        <source>group.wholechain</source>
        <extracomment>Whole chain</extracomment>
        <translation>Chaîne complète</translation>
    </message>
    <message>
        <source>group.datapreparation</source>
        <extracomment>Data preparation</extracomment>
        <translation>Préparation des données</translation>
    </message>
    <message>
        <source>group.samples</source>
        <extracomment>Samples</extracomment>
        <translation>Échantillons</translation>
    </message>
    <message>
        <source>group.learning</source>
        <extracomment>Learning</extracomment>
        <translation>Apprentissage</translation>
    </message>
    <message>
        <source>group.mapping</source>
        <extracomment>Mapping</extracomment>
        <translation>Cartographie</translation>
    </message>
    <message>
        <source>group.restoration</source>
        <extracomment>Restoration</extracomment>
        <translation>Restauration</translation>
    </message>
    <message>
        <source>group.judging</source>
        <extracomment>Judging</extracomment>
        <translation>Évaluation</translation>
    </message>
    <message>
        <source>group.exchange</source>
        <extracomment>Exchange</extracomment>
        <translation>Échange</translation>
    </message>
    <message>
        <source>group.engine</source>
        <extracomment>Engine</extracomment>
        <translation>Moteur</translation>
    </message>
    <message>
        <source>landcover.title</source>
        <extracomment>Land-cover map from images and labels</extracomment>
        <translation>Carte d&apos;occupation du sol à partir d&apos;images et d&apos;étiquettes</translation>
    </message>
    <message>
        <source>landcover.help</source>
        <extracomment>Does everything in one go: normalizes the bands, selects samples, extracts patches, trains a network, evaluates it, and maps the whole image.

Give the images (all on one grid) and labels, as a raster or as features with a class field. For an unbiased accuracy, give separate validation labels (with the same field), or let a share of the labels be set aside in blocks. Pixels in features of different classes are left out.

For more control, use the single steps, which are algorithms of their own.</extracomment>
        <translation>Fait tout en une fois : normalise les bandes, sélectionne des échantillons, extrait des imagettes (patches), entraîne un réseau, l&apos;évalue et cartographie l&apos;image entière.

Indiquez les images (toutes sur une même grille) et les étiquettes, sous forme de raster ou d&apos;entités avec un champ de classe. Pour une exactitude non biaisée, indiquez des étiquettes de validation distinctes (avec le même champ), ou faites mettre de côté une part des étiquettes, par blocs. Les pixels situés dans des entités de classes différentes sont écartés.

Chacune des étapes est aussi un algorithme, pour une maîtrise plus fine.</translation>
    </message>
    <message>
        <source>images.label</source>
        <extracomment>Images or band files</extracomment>
        <translation>Images ou fichiers de bandes</translation>
    </message>
    <message>
        <source>images.help</source>
        <extracomment>Rasters on the same grid; their bands are stacked in this order. For Sentinel-2, pick the band files of one pixel size, for example B04, B03, B02 and B08 (10 m), from the IMG_DATA folder of the product.</extracomment>
        <translation>Rasters sur une même grille ; leurs bandes sont empilées dans cet ordre. Pour Sentinel-2, choisissez les fichiers de bandes d&apos;une même taille de pixel, par exemple B04, B03, B02 et B08 (10 m), dans le dossier IMG_DATA du produit.</translation>
    </message>
    <message>
        <source>labels.label</source>
        <extracomment>Labels (raster)</extracomment>
        <translation>Étiquettes (raster)</translation>
    </message>
    <message>
        <source>labels.help</source>
        <extracomment>Class values; nodata means not annotated.</extracomment>
        <translation>Valeurs de classe ; la valeur nulle (nodata) signifie non étiqueté.</translation>
    </message>
    <message>
        <source>label_features.label</source>
        <extracomment>Labels (features)</extracomment>
        <translation>Étiquettes (entités)</translation>
    </message>
    <message>
        <source>label_features.help</source>
        <extracomment>Give either a raster or features. Features are reprojected where needed.</extracomment>
        <translation>Indiquez soit un raster, soit des entités. Les entités sont reprojetées si nécessaire.</translation>
    </message>
    <message>
        <source>class_field.label</source>
        <extracomment>Field with the class</extracomment>
        <translation>Champ de la classe</translation>
    </message>
    <message>
        <source>class_field.help</source>
        <extracomment>Whole numbers, or text: each name becomes a class.</extracomment>
        <translation>Nombres entiers, ou texte : chaque nom devient une classe.</translation>
    </message>
    <message>
        <source>landcover.validation_labels.label</source>
        <extracomment>Validation labels (raster)</extracomment>
        <translation>Étiquettes de validation (raster)</translation>
    </message>
    <message>
        <source>landcover.validation_features.label</source>
        <extracomment>Validation labels (features)</extracomment>
        <translation>Étiquettes de validation (entités)</translation>
    </message>
    <message>
        <source>landcover.validation_percent.label</source>
        <extracomment>Or validation share (percent)</extracomment>
        <translation>Ou part de validation (pour cent)</translation>
    </message>
    <message>
        <source>landcover.validation_percent.help</source>
        <extracomment>Share of the labels set aside for validation if there are no validation labels.</extracomment>
        <translation>Part des étiquettes mise de côté pour la validation, s&apos;il n&apos;y a pas d&apos;étiquettes de validation.</translation>
    </message>
    <message>
        <source>landcover.count.label</source>
        <extracomment>Samples per class</extracomment>
        <translation>Échantillons par classe</translation>
    </message>
    <message>
        <source>landcover.count.help</source>
        <extracomment>Points drawn from each class; if the smallest class has fewer, all classes get as many as that one.</extracomment>
        <translation>Nombre de points tirés pour chaque classe ; si la plus petite classe en a moins, toutes s&apos;alignent sur elle.</translation>
    </message>
    <message>
        <source>epochs.label</source>
        <extracomment>Epochs</extracomment>
        <translation>Époques</translation>
    </message>
    <message>
        <source>epochs.help</source>
        <extracomment>How often the network sees all training patches.</extracomment>
        <translation>Nombre de fois que le réseau voit toutes les imagettes d&apos;entraînement.</translation>
    </message>
    <message>
        <source>landcover.method.label</source>
        <extracomment>Normalization</extracomment>
        <translation>Normalisation</translation>
    </message>
    <message>
        <source>landcover.method.help</source>
        <extracomment>How bands are scaled. percentile is robust to clouds and bright roofs.</extracomment>
        <translation>Mise à l&apos;échelle des bandes. percentile est robuste face aux nuages et aux toits brillants.</translation>
    </message>
    <message>
        <source>patch_size.label</source>
        <extracomment>Patch size (pixels)</extracomment>
        <translation>Taille des imagettes (pixels)</translation>
    </message>
    <message>
        <source>patch_size.help</source>
        <extracomment>Side of the square around a point that a network sees at once. 16 suits 10 m pixels.</extracomment>
        <translation>Côté du carré autour d&apos;un point qu&apos;un réseau voit d&apos;un seul coup. 16 convient à des pixels de 10 m.</translation>
    </message>
    <message>
        <source>block_pixels.label</source>
        <extracomment>Block size of the split (pixels)</extracomment>
        <translation>Côté des blocs de la répartition (pixels)</translation>
    </message>
    <message>
        <source>block_pixels.help</source>
        <extracomment>Labels are set aside in squares of this size, so that training and validation lie apart.</extracomment>
        <translation>Les étiquettes sont mises de côté par carrés de cette taille, afin que l&apos;entraînement et la validation soient séparés dans l&apos;espace.</translation>
    </message>
    <message>
        <source>landcover.architecture.label</source>
        <extracomment>Architecture</extracomment>
        <translation>Architecture</translation>
    </message>
    <message>
        <source>architecture.patch_cnn</source>
        <extracomment>one class for a patch of one image; the simplest (model 1 of the OTBTF tutorial)</extracomment>
        <translation>une classe par imagette d&apos;une image ; la plus simple (modèle 1 du tutoriel d&apos;OTBTF)</translation>
    </message>
    <message>
        <source>architecture.texture_cnn</source>
        <extracomment>one class for the patches of one to four images; the best on the demo data</extracomment>
        <translation>une classe pour les imagettes d&apos;une à quatre images ; la meilleure sur les données de la démonstration</translation>
    </message>
    <message>
        <source>architecture.patch_fcn</source>
        <extracomment>one class for a patch of one image, without pooling (model 2 of the OTBTF tutorial)</extracomment>
        <translation>une classe par imagette d&apos;une image, sans sous-échantillonnage (modèle 2 du tutoriel d&apos;OTBTF)</translation>
    </message>
    <message>
        <source>label_nodata.label</source>
        <extracomment>Label value that means not annotated</extracomment>
        <translation>Valeur d&apos;étiquette qui signifie non étiqueté</translation>
    </message>
    <message>
        <source>label_nodata.help</source>
        <extracomment>By default the raster&apos;s own nodata value.</extracomment>
        <translation>Par défaut, la valeur nulle (nodata) du raster lui-même.</translation>
    </message>
    <message>
        <source>seed.label</source>
        <extracomment>Seed</extracomment>
        <translation>Graine</translation>
    </message>
    <message>
        <source>seed.help</source>
        <extracomment>The same seed gives the same result.</extracomment>
        <translation>La même graine donne le même résultat.</translation>
    </message>
    <message>
        <source>legend.label</source>
        <extracomment>Legend</extracomment>
        <translation>Légende</translation>
    </message>
    <message>
        <source>legend.help</source>
        <extracomment>Names, values and colors of the classes: a QGIS style (.qml) or a table (.csv) with the columns value, name, color. By default the style of the label layer is used.</extracomment>
        <translation>Noms, valeurs et couleurs des classes : un style QGIS (.qml) ou une table (.csv) avec les colonnes value, name, color. Par défaut, le style de la couche d&apos;étiquettes est utilisé.</translation>
    </message>
    <message>
        <source>files.legend</source>
        <extracomment>Legend (*.qml *.csv)</extracomment>
        <translation>Légende (*.qml *.csv)</translation>
    </message>
    <message>
        <source>landcover.output.label</source>
        <extracomment>Land-cover map</extracomment>
        <translation>Carte d&apos;occupation du sol</translation>
    </message>
    <message>
        <source>landcover.output.help</source>
        <extracomment>The map: a GeoTIFF with the names and colors of the classes.</extracomment>
        <translation>La carte : un GeoTIFF avec les noms et les couleurs des classes.</translation>
    </message>
    <message>
        <source>model_output.label</source>
        <extracomment>Model</extracomment>
        <translation>Modèle</translation>
    </message>
    <message>
        <source>landcover.model.help</source>
        <extracomment>The trained model, with which “Apply a model” maps other images.</extracomment>
        <translation>Le modèle entraîné, avec lequel « Appliquer un modèle » cartographie d&apos;autres images.</translation>
    </message>
    <message>
        <source>files.model</source>
        <extracomment>RasterLearn model (*.rlmodel)</extracomment>
        <translation>Modèle RasterLearn (*.rlmodel)</translation>
    </message>
    <message>
        <source>report.label</source>
        <extracomment>Report</extracomment>
        <translation>Rapport</translation>
    </message>
    <message>
        <source>report.help</source>
        <extracomment>A page with accuracy, confusion matrix and curves; it is listed in the results viewer.</extracomment>
        <translation>Une page avec l&apos;exactitude, la matrice de confusion et des courbes ; elle figure dans le visualiseur de résultats.</translation>
    </message>
    <message>
        <source>files.html</source>
        <extracomment>HTML (*.html)</extracomment>
        <translation>HTML (*.html)</translation>
    </message>
    <message>
        <source>overall_accuracy</source>
        <extracomment>Overall accuracy</extracomment>
        <translation>Exactitude globale</translation>
    </message>
    <message>
        <source>kappa</source>
        <extracomment>Kappa</extracomment>
        <translation>Indice kappa</translation>
    </message>
    <message>
        <source>maskimage.title</source>
        <extracomment>Mask an image (clouds)</extracomment>
        <translation>Masquer une image (nuages)</translation>
    </message>
    <message>
        <source>maskimage.help</source>
        <extracomment>Turns pixels into nodata where a mask or a quality band shows that they cannot be used: clouds, shadows, snow. All other algorithms then leave them out: in statistics, samples, patches and maps.

MASK_VALUES lists the values of the mask that mean “not usable” (Sentinel-2 SCL: 0-1,3,8-10; Fmask: 2-4). MASK_BITS lists bits of a quality band: a pixel is not usable if any of them is set (Landsat QA_PIXEL: 0-4). If both are given, either is enough; if neither is, every value except 0 means “not usable”. Pixels that are nodata in the mask or outside of it are not usable.

The mask may have larger or smaller pixels, or another coordinate system: the value under the center of each pixel counts.

A .vrt output copies nothing: it refers to the image, and the mask lies beside it in a .vrt.msk file. A .tif is a copy with nodata in the masked pixels.</extracomment>
        <translation>Donne la valeur nulle (nodata) aux pixels dont un masque ou une bande de qualité dit qu&apos;ils ne sont pas utilisables : nuages, ombres, neige. Tous les autres algorithmes les écartent alors : statistiques, échantillons, imagettes, cartes.

MASK_VALUES liste les valeurs du masque qui signifient « inutilisable » (SCL de Sentinel-2 : 0-1,3,8-10 ; Fmask : 2-4). MASK_BITS liste les bits d&apos;une bande de qualité dont un seul à 1 suffit (QA_PIXEL de Landsat : 0-4). Avec les deux, l&apos;un ou l&apos;autre suffit ; sans aucun, c&apos;est toute valeur autre que 0. Les pixels de valeur nulle dans le masque, et ceux qu&apos;il ne couvre pas, sont inutilisables.

Le masque peut avoir des pixels plus grands ou plus petits, ou un autre système de coordonnées : c&apos;est la valeur sous le centre de chaque pixel qui compte.

Une sortie .vrt ne copie rien : elle renvoie à l&apos;image, et le masque se trouve à côté dans un fichier .vrt.msk. Un .tif est une copie dont les pixels masqués ont la valeur nulle.</translation>
    </message>
    <message>
        <source>image.label</source>
        <extracomment>Image</extracomment>
        <translation>Image</translation>
    </message>
    <message>
        <source>image.help</source>
        <extracomment>A raster file that QGIS can read: GeoTIFF, JP2, VRT …</extracomment>
        <translation>Un fichier raster lisible par QGIS : GeoTIFF, JP2, VRT …</translation>
    </message>
    <message>
        <source>mask.label</source>
        <extracomment>Mask or quality band</extracomment>
        <translation>Masque ou bande de qualité</translation>
    </message>
    <message>
        <source>mask.help</source>
        <extracomment>Band 1 shows which pixels cannot be used.</extracomment>
        <translation>La bande 1 indique quels pixels sont inutilisables.</translation>
    </message>
    <message>
        <source>mask_values.label</source>
        <extracomment>Values that mean not usable</extracomment>
        <translation>Valeurs qui signifient inutilisable</translation>
    </message>
    <message>
        <source>mask_values.help</source>
        <extracomment>Values and ranges of values, such as 2,4,8-10. If neither values nor bits are given, all except 0.</extracomment>
        <translation>Valeurs et intervalles de valeurs, comme 2,4,8-10. Sans valeurs ni bits, toutes sauf 0.</translation>
    </message>
    <message>
        <source>mask_bits.label</source>
        <extracomment>Bits that mean not usable</extracomment>
        <translation>Bits qui signifient inutilisable</translation>
    </message>
    <message>
        <source>mask_bits.help</source>
        <extracomment>Bit numbers, from 0 for the lowest, and ranges of them, such as 1,3,10-11: any one that is set is enough.</extracomment>
        <translation>Numéros de bits, à partir de 0 pour le plus bas, et intervalles, comme 1,3,10-11 : un seul à 1 suffit.</translation>
    </message>
    <message>
        <source>maskimage.buffer.label</source>
        <extracomment>Buffer (pixels)</extracomment>
        <translation>Marge (pixels)</translation>
    </message>
    <message>
        <source>maskimage.buffer.help</source>
        <extracomment>This many rows and columns around unusable pixels are masked, too: clouds are thin at their edges.</extracomment>
        <translation>Autant de lignes et de colonnes autour des pixels inutilisables sont masquées aussi : les bords des nuages sont ténus.</translation>
    </message>
    <message>
        <source>output_nodata.label</source>
        <extracomment>Nodata value</extracomment>
        <translation>Valeur nulle (nodata)</translation>
    </message>
    <message>
        <source>output_nodata.help</source>
        <extracomment>For images of whole numbers without a nodata value: a value that no pixel has.</extracomment>
        <translation>Pour les images de nombres entiers sans valeur nulle (nodata) : une valeur qu&apos;aucun pixel n&apos;a.</translation>
    </message>
    <message>
        <source>maskimage.output.label</source>
        <extracomment>Masked image</extracomment>
        <translation>Image masquée</translation>
    </message>
    <message>
        <source>maskimage.output.help</source>
        <extracomment>A .vrt copies nothing and has its mask beside it; a .tif is a copy with nodata.</extracomment>
        <translation>Un .vrt ne copie rien et a son masque à côté de lui ; un .tif est une copie avec des valeurs nulles (nodata).</translation>
    </message>
    <message>
        <source>maskimage.MASKED_PIXELS</source>
        <extracomment>Number of masked pixels</extracomment>
        <translation>Nombre de pixels masqués</translation>
    </message>
    <message>
        <source>normalize.title</source>
        <extracomment>Normalize and stack bands</extracomment>
        <translation>Normaliser et empiler des bandes</translation>
    </message>
    <message>
        <source>normalize.help</source>
        <extracomment>Stacks the bands of one or several images and scales each of them.

Method: max (x / maximum, as in the OTBTF tutorial), minmax (to 0 … 1), percentile (lower to 0, upper to 1; robust to clouds), standard (mean 0, standard deviation 1), scale (x / a constant). The image is read once. Percentiles are exact for integers of up to 16 bits, otherwise within 0.05 % of the value.

A .vrt output scales on the fly and takes up no space. The scaling is recorded in the image; models take it from there and apply it to raw images by themselves.

With a cluster, its workers read the images for the statistics; the output is written by one process.</extracomment>
        <translation>Empile les bandes d&apos;une ou de plusieurs images et met chacune d&apos;elles à l&apos;échelle.

Méthode : max (x / maximum, comme dans le tutoriel d&apos;OTBTF), minmax (vers 0 … 1), percentile (centile inférieur vers 0, supérieur vers 1 ; robuste face aux nuages), standard (moyenne 0, écart-type 1), scale (x / une constante). L&apos;image n&apos;est lue qu&apos;une fois. Les centiles sont exacts pour des entiers de 16 bits au plus, sinon à 0,05 % près de la valeur.

Une sortie .vrt est mise à l&apos;échelle à la volée et n&apos;occupe pas de place. La mise à l&apos;échelle est enregistrée dans l&apos;image ; les modèles l&apos;y lisent et l&apos;appliquent d&apos;eux-mêmes aux images brutes.

Avec un cluster, ses nœuds de calcul lisent les images pour les statistiques ; la sortie est écrite par un seul processus.</translation>
    </message>
    <message>
        <source>normalize.method.label</source>
        <extracomment>Method</extracomment>
        <translation>Méthode</translation>
    </message>
    <message>
        <source>normalize.method.help</source>
        <extracomment>max: x / maximum, as OTBTF does. percentile: robust to clouds. standard: mean 0.</extracomment>
        <translation>max : x / maximum, comme OTBTF. percentile : robuste face aux nuages. standard : moyenne 0.</translation>
    </message>
    <message>
        <source>normalize.scale.label</source>
        <extracomment>Constant of the method “scale”</extracomment>
        <translation>Constante de la méthode « scale »</translation>
    </message>
    <message>
        <source>normalize.scale.help</source>
        <extracomment>Every value is divided by it; 10000 turns values of Sentinel-2 products into reflectance.</extracomment>
        <translation>Chaque valeur est divisée par ce nombre ; 10000 convertit en réflectance les valeurs des produits Sentinel-2.</translation>
    </message>
    <message>
        <source>normalize.lower.label</source>
        <extracomment>Lower percentile</extracomment>
        <translation>Centile inférieur</translation>
    </message>
    <message>
        <source>normalize.lower.help</source>
        <extracomment>This percentile of each band becomes 0.</extracomment>
        <translation>Ce centile de chaque bande devient 0.</translation>
    </message>
    <message>
        <source>normalize.upper.label</source>
        <extracomment>Upper percentile</extracomment>
        <translation>Centile supérieur</translation>
    </message>
    <message>
        <source>normalize.upper.help</source>
        <extracomment>This percentile of each band becomes 1.</extracomment>
        <translation>Ce centile de chaque bande devient 1.</translation>
    </message>
    <message>
        <source>normalize.statistics_from.label</source>
        <extracomment>Statistics from</extracomment>
        <translation>Statistiques issues de</translation>
    </message>
    <message>
        <source>normalize.statistics_from.help</source>
        <extracomment>A normalized image or a statistics file, whose scaling is used instead of a new one. Or a list of raw images (.txt, with one path per line; or STAC items): the scaling that suits all of them.</extracomment>
        <translation>Une image normalisée ou un fichier de statistiques : sa mise à l&apos;échelle est employée au lieu d&apos;une nouvelle. Ou une liste d&apos;images brutes (.txt, un chemin par ligne ; ou des éléments STAC) : la mise à l&apos;échelle qui convient à toutes.</translation>
    </message>
    <message>
        <source>recorded_values.label</source>
        <extracomment>Values of the images</extracomment>
        <translation>Valeurs des images</translation>
    </message>
    <message>
        <source>recorded_values.help</source>
        <extracomment>recorded: values are converted where images are recorded with different scales or offsets. unchanged: they are taken as they are.</extracomment>
        <translation>recorded : les valeurs sont converties là où les images ont des échelles ou des décalages enregistrés différents. unchanged : elles sont prises telles quelles.</translation>
    </message>
    <message>
        <source>cluster.label</source>
        <extracomment>Cluster</extracomment>
        <translation>Grappe de calcul</translation>
    </message>
    <message>
        <source>cluster.help</source>
        <extracomment>local:N uses N processes on this machine, slurm:N uses N Slurm jobs, tcp://HOST:PORT the workers of that Dask scheduler; leave it empty for a single process. The result is the same.</extracomment>
        <translation>local:N calcule dans N processus de cette machine, slurm:N dans N tâches de Slurm, tcp://HÔTE:PORT sur les nœuds de cet ordonnanceur Dask ; vide, dans un seul processus. Le résultat est le même.</translation>
    </message>
    <message>
        <source>normalize.output.label</source>
        <extracomment>Normalized image</extracomment>
        <translation>Image normalisée</translation>
    </message>
    <message>
        <source>normalize.output.help</source>
        <extracomment>A .tif holds the scaled values, a .vrt scales whenever it is read and takes up no space.</extracomment>
        <translation>Un .tif contient les valeurs mises à l&apos;échelle ; un .vrt les met à l&apos;échelle à chaque lecture et n&apos;occupe pas de place.</translation>
    </message>
    <message>
        <source>normalize.statistics.label</source>
        <extracomment>Statistics</extracomment>
        <translation>Statistiques</translation>
    </message>
    <message>
        <source>normalize.statistics.help</source>
        <extracomment>The scaling as a file, to apply the same one to another image.</extracomment>
        <translation>La mise à l&apos;échelle sous forme de fichier, pour appliquer la même à une autre image.</translation>
    </message>
    <message>
        <source>files.json</source>
        <extracomment>JSON (*.json)</extracomment>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>classstatistics.title</source>
        <extracomment>Class statistics</extracomment>
        <translation>Statistiques des classes</translation>
    </message>
    <message>
        <source>classstatistics.help</source>
        <extracomment>Counts how many pixels each class of a label raster or of features covers, before samples are drawn.

A polygon covers the pixels of the image whose centers are inside it, a line those that it crosses, a point the one it lies in. Where features overlap, a pixel counts for each of them (as in OTB&apos;s PolygonClassStatistics), and the page reports how many pixels lie in features of different classes.

The table has a row for each class: pixels, percent, hectares (if the coordinate system is in meters) and, for features, their number and median size. A second table has a row for each feature.

A cluster can be used for label rasters only.</extracomment>
        <translation>Compte les pixels que couvre chaque classe d&apos;un raster d&apos;étiquettes ou d&apos;une couche d&apos;entités, avant le tirage des échantillons.

Un polygone couvre les pixels de l&apos;image dont le centre se trouve à l&apos;intérieur, une ligne ceux qu&apos;elle traverse, un point celui où il se trouve. Là où des entités se superposent, un pixel compte pour chacune d&apos;elles (comme dans PolygonClassStatistics d&apos;OTB), et la page indique combien de pixels se trouvent dans des entités de classes différentes.

La table comporte une ligne par classe : pixels, pourcentage, hectares (si le système de coordonnées est en mètres) et, pour des entités, leur nombre et leur taille médiane. Une seconde table comporte une ligne par entité.

Un cluster ne peut servir que pour des rasters d&apos;étiquettes.</translation>
    </message>
    <message>
        <source>labelled_image.label</source>
        <extracomment>Image</extracomment>
        <translation>Image</translation>
    </message>
    <message>
        <source>labelled_image.help</source>
        <extracomment>The image that patches will be extracted from: its pixels get the labels found at their centers.</extracomment>
        <translation>L&apos;image dont seront extraites les imagettes : ses pixels reçoivent les étiquettes trouvées en leur centre.</translation>
    </message>
    <message>
        <source>classstatistics.output.label</source>
        <extracomment>Table of classes</extracomment>
        <translation>Table des classes</translation>
    </message>
    <message>
        <source>classstatistics.output.help</source>
        <extracomment>A row for each class: pixels, percent, hectares, features.</extracomment>
        <translation>Une ligne par classe : pixels, pourcentage, hectares, entités.</translation>
    </message>
    <message>
        <source>files.csv</source>
        <extracomment>CSV (*.csv)</extracomment>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>classstatistics.per_feature.label</source>
        <extracomment>Table of features</extracomment>
        <translation>Table des entités</translation>
    </message>
    <message>
        <source>classstatistics.per_feature.help</source>
        <extracomment>A row for each feature: its class and its pixels.</extracomment>
        <translation>Une ligne par entité : sa classe et ses pixels.</translation>
    </message>
    <message>
        <source>classstatistics.html.label</source>
        <extracomment>Page</extracomment>
        <translation>Page</translation>
    </message>
    <message>
        <source>classstatistics.html.help</source>
        <extracomment>The same as a page with bars, shown in the results viewer.</extracomment>
        <translation>La même chose sous forme de page avec des barres, dans le visualiseur de résultats.</translation>
    </message>
    <message>
        <source>classstatistics.CLASS_COUNT</source>
        <extracomment>Number of classes</extracomment>
        <translation>Nombre de classes</translation>
    </message>
    <message>
        <source>classstatistics.PIXEL_COUNT</source>
        <extracomment>Number of labelled pixels</extracomment>
        <translation>Nombre de pixels étiquetés</translation>
    </message>
    <message>
        <source>selectsamples.title</source>
        <extracomment>Select samples</extracomment>
        <translation>Sélectionner des échantillons</translation>
    </message>
    <message>
        <source>selectsamples.help</source>
        <extracomment>Draws sample points of each class from a label raster or from polygons, lines or points.

Points lie at pixel centers of the image, where a patch around them lies inside it and has no nodata. A label raster on another grid or in another coordinate system is laid over the image; features are reprojected. Where features overlap, a pixel may be drawn for each of them, or it is left out if their classes differ; the log reports how many such pixels there are.

With a validation share, or with folds for cross-validation, square blocks are assigned to one set as a whole, and no patch of one set overlaps a patch of another; each set gets its share of every class as far as the blocks allow. The log reports how close the sets come to each other.

The points carry the label&apos;s own value (class), its name and color, and the set they belong to.</extracomment>
        <translation>Tire des points d&apos;échantillonnage de chaque classe dans un raster d&apos;étiquettes ou dans des polygones, des lignes ou des points.

Les points se trouvent au centre de pixels de l&apos;image, assez loin de son bord pour qu&apos;une imagette (patch) tienne autour d&apos;eux. Un raster d&apos;étiquettes sur une autre grille ou dans un autre système de coordonnées est ajusté à l&apos;image ; les entités sont reprojetées. Là où des entités se superposent, un pixel peut être tiré pour chacune d&apos;elles, ou il est écarté si leurs classes diffèrent ; le journal indique combien de pixels sont concernés.

Avec une part de validation, ou avec des plis pour une validation croisée, des blocs carrés entiers vont à un même jeu, et aucune imagette d&apos;un jeu ne recouvre une imagette d&apos;un autre ; chaque jeu reçoit sa part de chaque classe, dans la mesure où les blocs le permettent. Le journal indique à quel point les jeux sont proches les uns des autres.

Les points portent la valeur de l&apos;étiquette (class), son nom et sa couleur, ainsi que le jeu auquel ils appartiennent.</translation>
    </message>
    <message>
        <source>selectsamples.strategy.label</source>
        <extracomment>Strategy</extracomment>
        <translation>Stratégie</translation>
    </message>
    <message>
        <source>selectsamples.strategy.constant</source>
        <extracomment>the same count of each class, reduced to the size of the smallest class where that is less</extracomment>
        <translation>le même nombre pour chaque classe, réduit à la taille de la plus petite classe si celle-ci en a moins</translation>
    </message>
    <message>
        <source>selectsamples.strategy.total</source>
        <extracomment>this count in total, in proportion to the labels</extracomment>
        <translation>ce nombre en tout, en proportion des étiquettes</translation>
    </message>
    <message>
        <source>selectsamples.strategy.percent</source>
        <extracomment>this percentage of each class</extracomment>
        <translation>ce pourcentage de chaque classe</translation>
    </message>
    <message>
        <source>selectsamples.strategy.byclass</source>
        <extracomment>the counts given in a table</extracomment>
        <translation>les nombres d&apos;une table</translation>
    </message>
    <message>
        <source>selectsamples.strategy.smallest</source>
        <extracomment>as many of each class as the smallest class has</extracomment>
        <translation>autant pour chaque classe qu&apos;en a la plus petite</translation>
    </message>
    <message>
        <source>selectsamples.strategy.all</source>
        <extracomment>every labelled pixel</extracomment>
        <translation>tous les pixels étiquetés</translation>
    </message>
    <message>
        <source>selectsamples.count.label</source>
        <extracomment>Count (constant: per class; total: in all)</extracomment>
        <translation>Nombre (constant : par classe ; total : en tout)</translation>
    </message>
    <message>
        <source>selectsamples.count.help</source>
        <extracomment>For the strategy constant, the points of each class; for total, those of all classes together.</extracomment>
        <translation>Pour la stratégie constant, le nombre de points de chaque classe ; pour total, celui de toutes les classes ensemble.</translation>
    </message>
    <message>
        <source>selectsamples.percent.label</source>
        <extracomment>Share of each class (percent)</extracomment>
        <translation>Part de chaque classe (pour cent)</translation>
    </message>
    <message>
        <source>selectsamples.percent.help</source>
        <extracomment>For the strategy percent: the share of each class&apos;s pixels that is drawn.</extracomment>
        <translation>Pour la stratégie percent : la part des pixels de chaque classe qui est tirée.</translation>
    </message>
    <message>
        <source>selectsamples.by_class.label</source>
        <extracomment>Table of counts (byclass)</extracomment>
        <translation>Table des nombres (byclass)</translation>
    </message>
    <message>
        <source>selectsamples.by_class.help</source>
        <extracomment>A CSV file with two columns: the class, as its value or its name, and the number of samples.</extracomment>
        <translation>Un fichier CSV à deux colonnes : la classe, par sa valeur ou son nom, et le nombre d&apos;échantillons.</translation>
    </message>
    <message>
        <source>selectsamples.patch_size.help</source>
        <extracomment>Keeps the points far enough from the border for patches of this size to fit.</extracomment>
        <translation>Maintient les points assez loin du bord pour que des imagettes de cette taille tiennent dans l&apos;image.</translation>
    </message>
    <message>
        <source>selectsamples.validation_percent.label</source>
        <extracomment>Validation share (percent)</extracomment>
        <translation>Part de validation (pour cent)</translation>
    </message>
    <message>
        <source>selectsamples.validation_percent.help</source>
        <extracomment>Share of the labels that is set aside in blocks for validation and never trained on.</extracomment>
        <translation>Part des étiquettes mise de côté par blocs pour la validation, jamais pour apprendre.</translation>
    </message>
    <message>
        <source>patch_height.label</source>
        <extracomment>Patch height, if not square</extracomment>
        <translation>Hauteur des imagettes, si elles ne sont pas carrées</translation>
    </message>
    <message>
        <source>patch_height.help</source>
        <extracomment>Rows of a patch, if not as many as its columns.</extracomment>
        <translation>Nombre de lignes d&apos;une imagette, s&apos;il diffère du nombre de colonnes.</translation>
    </message>
    <message>
        <source>selectsamples.folds.label</source>
        <extracomment>Folds for cross-validation</extracomment>
        <translation>Plis d&apos;une validation croisée</translation>
    </message>
    <message>
        <source>selectsamples.folds.help</source>
        <extracomment>The field fold holds the fold of each point, from 1; 0 for none.</extracomment>
        <translation>Le champ fold indique le pli de chaque point, à partir de 1 ; 0 : aucun.</translation>
    </message>
    <message>
        <source>selectsamples.sampler.label</source>
        <extracomment>Sampler</extracomment>
        <translation>Mode de tirage</translation>
    </message>
    <message>
        <source>selectsamples.sampler.help</source>
        <extracomment>random: anywhere among the labelled pixels. periodic: every n-th of them.</extracomment>
        <translation>random : n&apos;importe où parmi les pixels étiquetés. periodic : un pixel étiqueté sur n.</translation>
    </message>
    <message>
        <source>selectsamples.overlaps.label</source>
        <extracomment>Pixels in several features</extracomment>
        <translation>Pixels dans plusieurs entités</translation>
    </message>
    <message>
        <source>selectsamples.overlaps.help</source>
        <extracomment>each: the pixel counts for each feature, as in OTB. skip: it is left out if their classes differ.</extracomment>
        <translation>each : le pixel compte pour chaque entité, comme dans OTB. skip : il est écarté si leurs classes diffèrent.</translation>
    </message>
    <message>
        <source>selectsamples.output.label</source>
        <extracomment>Samples</extracomment>
        <translation>Échantillons</translation>
    </message>
    <message>
        <source>selectsamples.output.help</source>
        <extracomment>Points at pixel centers, with class, name, color and set.</extracomment>
        <translation>Des points au centre des pixels, avec les champs class, name, color et set.</translation>
    </message>
    <message>
        <source>selectsamples.validation.label</source>
        <extracomment>Validation samples</extracomment>
        <translation>Échantillons de validation</translation>
    </message>
    <message>
        <source>selectsamples.validation.help</source>
        <extracomment>The points that are set aside; without this output they are written to the first one.</extracomment>
        <translation>Les points mis de côté ; sans cette sortie, ils sont écrits dans la première.</translation>
    </message>
    <message>
        <source>selectsamples.COUNT_TRAINING</source>
        <extracomment>Number of training samples</extracomment>
        <translation>Nombre d&apos;échantillons d&apos;entraînement</translation>
    </message>
    <message>
        <source>selectsamples.COUNT_VALIDATION</source>
        <extracomment>Number of validation samples</extracomment>
        <translation>Nombre d&apos;échantillons de validation</translation>
    </message>
    <message>
        <source>gridsamples.title</source>
        <extracomment>Select patches on a grid</extracomment>
        <translation>Sélectionner des imagettes sur une grille</translation>
    </message>
    <message>
        <source>gridsamples.help</source>
        <extracomment>Puts a point on each patch of a regular grid over the image and divides the patches into training, validation and test sets. “Extract patches” with the same patch size cuts exactly these patches.

Strategy: chessboard (training and validation alternate like the colors of a chessboard), split (at random, by percentages), all (everything is for training), balanced (a number of patches, chosen so that their label pixels are spread over the classes as evenly as possible, then as in chessboard).

Patches lie entirely inside the image; those with a nodata pixel are left out. If the step equals the patch size, patches neither overlap nor leave gaps. With a smaller step, patches of different sets overlap.

The points carry their set and their position in the grid and, with labels, the label&apos;s value (class), name and color at the point. Sets without an output of their own are written to the first output.</extracomment>
        <translation>Place un point sur chaque imagette (patch) d&apos;une grille régulière couvrant l&apos;image et répartit les imagettes entre entraînement, validation et test. « Extraire des imagettes », avec la même taille d&apos;imagette, découpe exactement ces imagettes.

Stratégie : chessboard (entraînement et validation alternent comme les couleurs d&apos;un échiquier), split (au hasard, selon des pourcentages), all (tout sert à l&apos;entraînement), balanced (un nombre d&apos;imagettes, choisies de façon que leurs pixels étiquetés se répartissent le plus également possible entre les classes, puis comme chessboard).

Les imagettes sont entièrement contenues dans l&apos;image ; celles qui ont un pixel de valeur nulle (nodata) sont écartées. Si le pas est égal à la taille des imagettes, elles ne se recouvrent pas et ne laissent pas de vides. Avec un pas plus petit, des imagettes de jeux différents se recouvrent.

Les points portent leur jeu et leur place dans la grille et, avec des étiquettes, la valeur (class), le nom et la couleur de l&apos;étiquette à cet endroit. Les jeux sans sortie propre sont écrits dans la première.</translation>
    </message>
    <message>
        <source>gridsamples.image.help</source>
        <extracomment>The image that the grid is laid over.</extracomment>
        <translation>L&apos;image sur laquelle la grille est posée.</translation>
    </message>
    <message>
        <source>gridsamples.step.label</source>
        <extracomment>Step (pixels)</extracomment>
        <translation>Pas (pixels)</translation>
    </message>
    <message>
        <source>gridsamples.step.help</source>
        <extracomment>From one patch to the next. By default the patch size.</extracomment>
        <translation>D&apos;une imagette à la suivante. Par défaut, la taille des imagettes.</translation>
    </message>
    <message>
        <source>gridsamples.strategy.label</source>
        <extracomment>Strategy</extracomment>
        <translation>Stratégie</translation>
    </message>
    <message>
        <source>gridsamples.strategy.help</source>
        <extracomment>chessboard: two sets like its colors. split: at random. all: one set. balanced: by classes.</extracomment>
        <translation>chessboard : deux jeux comme les couleurs d&apos;un échiquier. split : au hasard. all : un seul jeu. balanced : selon les classes.</translation>
    </message>
    <message>
        <source>gridsamples.labels.label</source>
        <extracomment>Labels</extracomment>
        <translation>Étiquettes</translation>
    </message>
    <message>
        <source>gridsamples.labels.help</source>
        <extracomment>Class values on the pixels of the image; nodata means not annotated. Required for balancing.</extracomment>
        <translation>Valeurs de classe sur les pixels de l&apos;image ; la valeur nulle (nodata) signifie non étiqueté. Nécessaire pour équilibrer.</translation>
    </message>
    <message>
        <source>gridsamples.nodata.label</source>
        <extracomment>Nodata value of the image</extracomment>
        <translation>Valeur nulle (nodata) de l&apos;image</translation>
    </message>
    <message>
        <source>gridsamples.nodata.help</source>
        <extracomment>By default the image&apos;s own.</extracomment>
        <translation>Par défaut, celle de l&apos;image elle-même.</translation>
    </message>
    <message>
        <source>gridsamples.training_percent.label</source>
        <extracomment>Training share of a split (percent)</extracomment>
        <translation>Part d&apos;entraînement d&apos;une répartition (pour cent)</translation>
    </message>
    <message>
        <source>gridsamples.training_percent.help</source>
        <extracomment>For the strategy split; only the ratio of the three shares matters.</extracomment>
        <translation>Pour la stratégie split ; seul compte le rapport entre les trois parts.</translation>
    </message>
    <message>
        <source>gridsamples.validation_percent.label</source>
        <extracomment>Validation share of a split (percent)</extracomment>
        <translation>Part de validation d&apos;une répartition (pour cent)</translation>
    </message>
    <message>
        <source>gridsamples.validation_percent.help</source>
        <extracomment>For the strategy split: patches for validation, which are never trained on.</extracomment>
        <translation>Pour la stratégie split : des imagettes pour la validation, qui ne servent jamais à apprendre.</translation>
    </message>
    <message>
        <source>gridsamples.test_percent.label</source>
        <extracomment>Test share of a split (percent)</extracomment>
        <translation>Part de test d&apos;une répartition (pour cent)</translation>
    </message>
    <message>
        <source>gridsamples.test_percent.help</source>
        <extracomment>For the strategy split: patches for a final test.</extracomment>
        <translation>Pour la stratégie split : des imagettes pour un dernier test.</translation>
    </message>
    <message>
        <source>gridsamples.count.label</source>
        <extracomment>Balanced: number of patches</extracomment>
        <translation>balanced : nombre d&apos;imagettes</translation>
    </message>
    <message>
        <source>gridsamples.count.help</source>
        <extracomment>0 takes half of the patches that have labels.</extracomment>
        <translation>0 prend la moitié des imagettes qui ont des étiquettes.</translation>
    </message>
    <message>
        <source>gridsamples.spatial_share.label</source>
        <extracomment>Balanced: share of the patches spread evenly over the image</extracomment>
        <translation>balanced : part des imagettes à répartir uniformément sur l&apos;image</translation>
    </message>
    <message>
        <source>gridsamples.spatial_share.help</source>
        <extracomment>0 … 1. The others are chosen for the classes that are underrepresented.</extracomment>
        <translation>0 … 1. Les autres sont choisies pour les classes sous-représentées.</translation>
    </message>
    <message>
        <source>gridsamples.offset_x.label</source>
        <extracomment>First patch: column</extracomment>
        <translation>Première imagette : colonne</translation>
    </message>
    <message>
        <source>gridsamples.offset_x.help</source>
        <extracomment>Column where the grid begins, from 0.</extracomment>
        <translation>Colonne où commence la grille, à partir de 0.</translation>
    </message>
    <message>
        <source>gridsamples.offset_y.label</source>
        <extracomment>First patch: row</extracomment>
        <translation>Première imagette : ligne</translation>
    </message>
    <message>
        <source>gridsamples.offset_y.help</source>
        <extracomment>Row where the grid begins, from 0.</extracomment>
        <translation>Ligne où commence la grille, à partir de 0.</translation>
    </message>
    <message>
        <source>gridsamples.output.label</source>
        <extracomment>Training samples</extracomment>
        <translation>Échantillons d&apos;entraînement</translation>
    </message>
    <message>
        <source>gridsamples.output.help</source>
        <extracomment>A point on each patch to train on.</extracomment>
        <translation>Un point sur chaque imagette qui sert à apprendre.</translation>
    </message>
    <message>
        <source>gridsamples.validation.label</source>
        <extracomment>Validation samples</extracomment>
        <translation>Échantillons de validation</translation>
    </message>
    <message>
        <source>gridsamples.validation.help</source>
        <extracomment>A point on each patch for validation.</extracomment>
        <translation>Un point sur chaque imagette réservée à la validation.</translation>
    </message>
    <message>
        <source>gridsamples.test.label</source>
        <extracomment>Test samples</extracomment>
        <translation>Échantillons de test</translation>
    </message>
    <message>
        <source>gridsamples.test.help</source>
        <extracomment>A point on each patch for a final test.</extracomment>
        <translation>Un point sur chaque imagette réservée à un dernier test.</translation>
    </message>
    <message>
        <source>gridsamples.COUNT_TRAINING</source>
        <extracomment>Number of training samples</extracomment>
        <translation>Nombre d&apos;échantillons d&apos;entraînement</translation>
    </message>
    <message>
        <source>gridsamples.COUNT_VALIDATION</source>
        <extracomment>Number of validation samples</extracomment>
        <translation>Nombre d&apos;échantillons de validation</translation>
    </message>
    <message>
        <source>gridsamples.COUNT_TEST</source>
        <extracomment>Number of test samples</extracomment>
        <translation>Nombre d&apos;échantillons de test</translation>
    </message>
    <message>
        <source>extractpatches.title</source>
        <extracomment>Extract patches</extracomment>
        <translation>Extraire des imagettes</translation>
    </message>
    <message>
        <source>extractpatches.help</source>
        <extracomment>Cuts a patch out of each image around each sample point.

The patches of each image are stacked from top to bottom in one file, and the labels in another: the layout of OTBTF&apos;s PatchesExtraction. A patch of 16 × 16 pixels extends 8 pixels to the left and 7 to the right of the pixel that contains its point, and likewise up and down.

There may be up to four images, with different pixel sizes, extents and coordinate systems; by default their patches cover the same ground as those of the first one. All stacks are in the same order.

Labels are the classes of the points or, with a label image, patches of it (for image-to-image networks). With a target image, such as a clear or a finer image that a network learns to restore, patches of its values take the place of labels.

Points may also lie on many scenes, in several coordinate systems: give one of the scenes as the image, and a file that lists them all.

Points whose patch extends beyond an image, touches nodata, or has no labelled pixel are rejected; they can be written to a layer, with the reason.</extracomment>
        <translation>Découpe dans chaque image une imagette (patch) autour de chaque point d&apos;échantillonnage.

Les imagettes sont empilées de haut en bas, dans un fichier par image, et les étiquettes dans un autre fichier : c&apos;est la disposition de PatchesExtraction d&apos;OTBTF. Une imagette de 16 × 16 s&apos;étend sur 8 pixels à gauche et 7 à droite du pixel qui contient son point, et de même en hauteur.

Jusqu&apos;à quatre images peuvent différer par la taille de pixel, l&apos;emplacement et le système de coordonnées ; par défaut, leurs imagettes couvrent le même terrain que celles de la première. Toutes les piles sont dans le même ordre.

Les étiquettes sont les classes des points ou, avec une image d&apos;étiquettes, des imagettes de celle-ci (pour les réseaux qui produisent une image). Avec une image cible, par exemple une image claire ou plus fine qu&apos;un réseau apprend à restaurer, des imagettes de ses valeurs prennent la place des étiquettes.

Les points peuvent aussi se trouver sur de nombreuses scènes, dans plusieurs systèmes de coordonnées : indiquez l&apos;une de ces scènes comme image, et un fichier qui les liste toutes.

Les points dont l&apos;imagette sort d&apos;une image, touche une valeur nulle (nodata) ou n&apos;a aucun pixel étiqueté sont rejetés ; ils peuvent être enregistrés dans une couche, avec le motif du rejet.</translation>
    </message>
    <message>
        <source>extractpatches.points.label</source>
        <extracomment>Sample points</extracomment>
        <translation>Points d&apos;échantillonnage</translation>
    </message>
    <message>
        <source>extractpatches.points.help</source>
        <extracomment>Points with a class, as written by “Select samples”.</extracomment>
        <translation>Des points avec une classe, tels que les écrit « Sélectionner des échantillons ».</translation>
    </message>
    <message>
        <source>point_field.label</source>
        <extracomment>Field with the class</extracomment>
        <translation>Champ de la classe</translation>
    </message>
    <message>
        <source>point_field.help</source>
        <extracomment>The field with the class value; “class” in layers made by “Select samples”.</extracomment>
        <translation>Le champ contenant la valeur de classe ; « class » dans les couches de « Sélectionner des échantillons ».</translation>
    </message>
    <message>
        <source>extractpatches.images.more.label</source>
        <extracomment>Image {}</extracomment>
        <translation>Image {}</translation>
    </message>
    <message>
        <source>more_images.help</source>
        <extracomment>For models that take several images, in the model&apos;s order. Its pixel size and extent may differ.</extracomment>
        <translation>Pour les modèles qui prennent plusieurs images, dans l&apos;ordre du modèle. Sa taille de pixel et son emprise peuvent être différentes.</translation>
    </message>
    <message>
        <source>extractpatches.patch_sizes.more.label</source>
        <extracomment>Patch size of image {}</extracomment>
        <translation>Taille des imagettes de l&apos;image {}</translation>
    </message>
    <message>
        <source>extractpatches.patch_sizes.more.help</source>
        <extracomment>By default as many pixels as cover the ground of the first image&apos;s patch.</extracomment>
        <translation>Par défaut, autant de pixels qu&apos;il en faut pour couvrir le même terrain que l&apos;imagette de la première image.</translation>
    </message>
    <message>
        <source>extractpatches.patch_heights.more.label</source>
        <extracomment>Patch height of image {}</extracomment>
        <translation>Hauteur des imagettes de l&apos;image {}</translation>
    </message>
    <message>
        <source>extractpatches.patch_heights.more.help</source>
        <extracomment>Rows of a patch of this image, if not as many as its columns.</extracomment>
        <translation>Nombre de lignes d&apos;une imagette de cette image, s&apos;il diffère du nombre de colonnes.</translation>
    </message>
    <message>
        <source>extractpatches.nodata.label</source>
        <extracomment>Pixel value for which a patch is rejected</extracomment>
        <translation>Valeur de pixel qui fait rejeter une imagette</translation>
    </message>
    <message>
        <source>extractpatches.nodata.help</source>
        <extracomment>A patch with this value in any pixel of any band is rejected. By default, the images&apos; own nodata values.</extracomment>
        <translation>Une imagette où un pixel d&apos;une bande a cette valeur est rejetée. Par défaut, ce sont les valeurs nulles (nodata) propres aux images.</translation>
    </message>
    <message>
        <source>extractpatches.label_image.label</source>
        <extracomment>Label image</extracomment>
        <translation>Image d&apos;étiquettes</translation>
    </message>
    <message>
        <source>extractpatches.label_image.help</source>
        <extracomment>Its patches become the labels, instead of the values of the field.</extracomment>
        <translation>Ses imagettes deviennent les étiquettes, à la place des valeurs du champ.</translation>
    </message>
    <message>
        <source>extractpatches.target_image.label</source>
        <extracomment>Target image</extracomment>
        <translation>Image cible</translation>
    </message>
    <message>
        <source>extractpatches.target_image.help</source>
        <extracomment>Patches of its values are written instead of labels, for a network that restores images. Its pixels are the same as those of the image, or a half, a third … of their size.</extracomment>
        <translation>Des imagettes de ses valeurs sont écrites à la place des étiquettes, pour un réseau qui restaure des images. Ses pixels ont la taille de ceux de l&apos;image, ou la moitié, le tiers … de celle-ci.</translation>
    </message>
    <message>
        <source>extractpatches.image_set.label</source>
        <extracomment>File that lists more images</extracomment>
        <translation>Fichier qui liste d&apos;autres images</translation>
    </message>
    <message>
        <source>extractpatches.image_set.help</source>
        <extracomment>A text file with one path per line, or STAC items. Each point&apos;s patch comes from the first image that contains it entirely and without nodata: Image first, then those of the file in their order.</extracomment>
        <translation>Un fichier texte avec un chemin par ligne, ou des items STAC. L&apos;imagette de chaque point provient de la première image qui la contient en entier et sans nodata : Image, puis celles du fichier, dans leur ordre.</translation>
    </message>
    <message>
        <source>extractpatches.output.label</source>
        <extracomment>Patches</extracomment>
        <translation>Imagettes</translation>
    </message>
    <message>
        <source>extractpatches.output.help</source>
        <extracomment>All patches, one below the other, with the bands of the image.</extracomment>
        <translation>Toutes les imagettes, l&apos;une sous l&apos;autre, avec les bandes de l&apos;image.</translation>
    </message>
    <message>
        <source>files.geotiff</source>
        <extracomment>GeoTIFF (*.tif *.TIF *.tiff)</extracomment>
        <translation>GeoTIFF (*.tif *.TIF *.tiff)</translation>
    </message>
    <message>
        <source>extractpatches.labels.label</source>
        <extracomment>Patch labels</extracomment>
        <translation>Étiquettes des imagettes</translation>
    </message>
    <message>
        <source>extractpatches.labels.help</source>
        <extracomment>The class of each patch, in the same order.</extracomment>
        <translation>La classe de chaque imagette, dans le même ordre.</translation>
    </message>
    <message>
        <source>extractpatches.output_2.label</source>
        <extracomment>Patches of image 2</extracomment>
        <translation>Imagettes de l&apos;image 2</translation>
    </message>
    <message>
        <source>extractpatches.output_n.help</source>
        <extracomment>The same for this image; required if the image is given.</extracomment>
        <translation>La même chose pour cette image ; nécessaire si l&apos;image est indiquée.</translation>
    </message>
    <message>
        <source>extractpatches.output_3.label</source>
        <extracomment>Patches of image 3</extracomment>
        <translation>Imagettes de l&apos;image 3</translation>
    </message>
    <message>
        <source>extractpatches.output_4.label</source>
        <extracomment>Patches of image 4</extracomment>
        <translation>Imagettes de l&apos;image 4</translation>
    </message>
    <message>
        <source>extractpatches.rejected.label</source>
        <extracomment>Rejected points</extracomment>
        <translation>Points rejetés</translation>
    </message>
    <message>
        <source>extractpatches.rejected.help</source>
        <extracomment>The points without a patch, with the reason.</extracomment>
        <translation>Les points sans imagette, avec le motif du rejet.</translation>
    </message>
    <message>
        <source>extractpatches.ACCEPTED_COUNT</source>
        <extracomment>Number of patches</extracomment>
        <translation>Nombre d&apos;imagettes</translation>
    </message>
    <message>
        <source>extractpatches.REJECTED_COUNT</source>
        <extracomment>Number of rejected points</extracomment>
        <translation>Nombre de points rejetés</translation>
    </message>
    <message>
        <source>extractvalues.title</source>
        <extracomment>Extract values</extracomment>
        <translation>Extraire des valeurs</translation>
    </message>
    <message>
        <source>extractvalues.help</source>
        <extracomment>Adds the pixel value of each band to sample points, as the fields value_0, value_1 …

With a model, the values are its deep features for the patch around each point instead: those that “Apply a model” maps with RESULT=features. Models with several sources need an image for each.

With a neighborhood, the values of the bands are followed by the mean and the standard deviation of each band in a window around the point: value_N … for N bands. A forest trained on them can use texture; “Apply a model” computes the same numbers for every pixel. Points with nodata in their window are left out; in maps, nodata in a window is replaced by the mean of the training data. Beyond its edge the image is mirrored.

Points outside the image or on nodata are left out. The layer records the bands and the normalization that its values come from.</extracomment>
        <translation>Ajoute aux points d&apos;échantillonnage la valeur du pixel dans chaque bande, dans les champs value_0, value_1 …

Avec un modèle, les valeurs sont ses descripteurs profonds pour l&apos;imagette (patch) autour de chaque point : ceux que « Appliquer un modèle » cartographie avec RESULT=features. Un modèle à plusieurs sources demande une image pour chacune.

Avec un voisinage, les valeurs des bandes sont suivies de la moyenne et de l&apos;écart-type de chaque bande dans une fenêtre autour du point : value_N … pour N bandes. Une forêt entraînée sur ces valeurs peut exploiter la texture ; « Appliquer un modèle » calcule les mêmes nombres pour chaque pixel. Les points dont la fenêtre contient une valeur nulle (nodata) sont écartés ; dans les cartes, une valeur nulle dans une fenêtre est remplacée par la moyenne des données d&apos;entraînement. Au-delà de son bord, l&apos;image est prolongée par symétrie.

Les points situés hors de l&apos;image ou sur une valeur nulle sont écartés. La couche enregistre de quelles bandes et de quelle normalisation proviennent ses valeurs.</translation>
    </message>
    <message>
        <source>extractvalues.points.label</source>
        <extracomment>Sample points</extracomment>
        <translation>Points d&apos;échantillonnage</translation>
    </message>
    <message>
        <source>extractvalues.points.help</source>
        <extracomment>Points with a class, as written by “Select samples”.</extracomment>
        <translation>Des points avec une classe, tels que les écrit « Sélectionner des échantillons ».</translation>
    </message>
    <message>
        <source>more_images.label</source>
        <extracomment>Image for source {} of the model</extracomment>
        <translation>Image pour la source {} du modèle</translation>
    </message>
    <message>
        <source>extractvalues.model.label</source>
        <extracomment>Model, for its deep features</extracomment>
        <translation>Modèle, pour ses descripteurs profonds</translation>
    </message>
    <message>
        <source>extractvalues.model.help</source>
        <extracomment>If given, the values are the deep features that its network computes from the patch around a point.</extracomment>
        <translation>S&apos;il est indiqué, les valeurs sont les descripteurs profonds que son réseau calcule à partir de l&apos;imagette autour d&apos;un point.</translation>
    </message>
    <message>
        <source>device.label</source>
        <extracomment>Device</extracomment>
        <translation>Périphérique de calcul</translation>
    </message>
    <message>
        <source>device.help</source>
        <extracomment>auto, cpu, gpu (all GPUs) or gpu:N (the GPU number N, from 0).</extracomment>
        <translation>auto, cpu, gpu (tous les GPU) ou gpu:N (le GPU numéro N, à partir de 0).</translation>
    </message>
    <message>
        <source>extractvalues.neighborhood.label</source>
        <extracomment>Neighborhood (pixels; 0 for none)</extracomment>
        <translation>Voisinage (pixels ; 0 : aucun)</translation>
    </message>
    <message>
        <source>extractvalues.neighborhood.help</source>
        <extracomment>Side of a window; the mean and standard deviation of each band in it become values, too.</extracomment>
        <translation>Côté d&apos;une fenêtre ; la moyenne et l&apos;écart-type de chaque bande dans celle-ci s&apos;ajoutent aux valeurs.</translation>
    </message>
    <message>
        <source>pixel_values.label</source>
        <extracomment>Values of the images</extracomment>
        <translation>Valeurs des images</translation>
    </message>
    <message>
        <source>pixel_values.help</source>
        <extracomment>recorded: values are converted where an image is recorded with another scale or offset than those learned from, and the job ends where most are of another kind, such as reflectance for digital numbers. unchanged: they are taken as they are.</extracomment>
        <translation>recorded : les valeurs sont converties là où une image est enregistrée avec une autre échelle ou un autre décalage que celles de l&apos;apprentissage, et le traitement s&apos;arrête là où la plupart sont d&apos;une autre nature, comme des réflectances au lieu de comptes numériques. unchanged : elles sont prises telles quelles.</translation>
    </message>
    <message>
        <source>extractvalues.output.label</source>
        <extracomment>Samples with values</extracomment>
        <translation>Échantillons avec valeurs</translation>
    </message>
    <message>
        <source>extractvalues.output.help</source>
        <extracomment>The points with the fields value_0, value_1 …</extracomment>
        <translation>Les points avec les champs value_0, value_1 …</translation>
    </message>
    <message>
        <source>extractvalues.ACCEPTED_COUNT</source>
        <extracomment>Number of points</extracomment>
        <translation>Nombre de points</translation>
    </message>
    <message>
        <source>extractvalues.REJECTED_COUNT</source>
        <extracomment>Number of rejected points</extracomment>
        <translation>Nombre de points rejetés</translation>
    </message>
    <message>
        <source>trainmodel.title</source>
        <extracomment>Train a network</extracomment>
        <translation>Entraîner un réseau</translation>
    </message>
    <message>
        <source>trainmodel.help</source>
        <extracomment>Trains a neural network on patches and evaluates it on a second set of patches.

Patches with one class each, patches of a label image (“Extract patches” with LABEL_IMAGE) and patches of values (with TARGET_IMAGE), for restoring images instead of classifying them, have architectures of their own; those for label images can restore images, too. Instead of starting from an architecture, training can continue from a model, or from a Keras network of your own (.keras) with one input for each image.

The validation set is used for evaluation only: it influences neither the weights nor when training stops. With patience, a fifth of the training patches is set aside to decide when to stop, in blocks of the image.

The report shows the learning curves, confusion matrix, overall accuracy and kappa. The model file contains bands, normalization, classes and colors; “Apply a model” needs nothing else.</extracomment>
        <translation>Entraîne un réseau de neurones sur des imagettes (patches) et l&apos;évalue sur un second jeu d&apos;imagettes.

Les imagettes d&apos;une seule classe chacune, les imagettes d&apos;une image d&apos;étiquettes (« Extraire des imagettes » avec LABEL_IMAGE) et les imagettes de valeurs (avec TARGET_IMAGE), destinées à restaurer des images au lieu de les classer, ont leurs propres architectures ; celles des images d&apos;étiquettes peuvent aussi restaurer des images. Au lieu de partir d&apos;une architecture, l&apos;entraînement peut reprendre à partir d&apos;un modèle, ou de votre propre réseau Keras (.keras), avec une entrée par image.

Le jeu de validation sert uniquement à évaluer : il n&apos;influence ni les poids, ni le moment où l&apos;entraînement s&apos;arrête. Avec une patience, un cinquième des imagettes d&apos;entraînement est mis de côté pour décider de l&apos;arrêt, par blocs de l&apos;image.

Le rapport montre les courbes d&apos;apprentissage, la matrice de confusion, l&apos;exactitude globale et l&apos;indice kappa. Le fichier du modèle contient les bandes, la normalisation, les classes et les couleurs ; « Appliquer un modèle » n&apos;a besoin de rien d&apos;autre.</translation>
    </message>
    <message>
        <source>trainmodel.patches.label</source>
        <extracomment>Patches</extracomment>
        <translation>Imagettes</translation>
    </message>
    <message>
        <source>trainmodel.patches.help</source>
        <extracomment>The patch file written by “Extract patches”.</extracomment>
        <translation>Le fichier d&apos;imagettes écrit par « Extraire des imagettes ».</translation>
    </message>
    <message>
        <source>more_patches.label</source>
        <extracomment>Patches of image {}</extracomment>
        <translation>Imagettes de l&apos;image {}</translation>
    </message>
    <message>
        <source>more_patches.help</source>
        <extracomment>Patches of another image around the same points, in the same order.</extracomment>
        <translation>Les imagettes d&apos;une autre image autour des mêmes points, dans le même ordre.</translation>
    </message>
    <message>
        <source>patch_labels.label</source>
        <extracomment>Patch labels</extracomment>
        <translation>Étiquettes des imagettes</translation>
    </message>
    <message>
        <source>patch_labels.help</source>
        <extracomment>The label file written by “Extract patches” with these patches, in the same order.</extracomment>
        <translation>Le fichier d&apos;étiquettes que « Extraire des imagettes » a écrit avec ces imagettes, dans le même ordre.</translation>
    </message>
    <message>
        <source>trainmodel.validation_patches.label</source>
        <extracomment>Validation patches</extracomment>
        <translation>Imagettes de validation</translation>
    </message>
    <message>
        <source>trainmodel.validation_patches.help</source>
        <extracomment>Patches for evaluation, from other places than the training patches.</extracomment>
        <translation>Des imagettes pour évaluer, prises ailleurs que celles qui servent à apprendre.</translation>
    </message>
    <message>
        <source>trainmodel.validation_patches.more.label</source>
        <extracomment>Validation patches of image {}</extracomment>
        <translation>Imagettes de validation de l&apos;image {}</translation>
    </message>
    <message>
        <source>trainmodel.validation_patches.more.help</source>
        <extracomment>The validation patches of another image, in the same order.</extracomment>
        <translation>Les imagettes de validation d&apos;une autre image, dans le même ordre.</translation>
    </message>
    <message>
        <source>trainmodel.validation_labels.label</source>
        <extracomment>Validation labels</extracomment>
        <translation>Étiquettes de validation</translation>
    </message>
    <message>
        <source>trainmodel.validation_labels.help</source>
        <extracomment>The labels of the validation patches.</extracomment>
        <translation>Les étiquettes des imagettes de validation.</translation>
    </message>
    <message>
        <source>trainmodel.architecture.label</source>
        <extracomment>Architecture</extracomment>
        <translation>Architecture</translation>
    </message>
    <message>
        <source>architecture.two_branch</source>
        <extracomment>one class for the patches of two images, the finer one first (model 3 of the OTBTF tutorial)</extracomment>
        <translation>une classe pour les imagettes de deux images, la plus fine en premier (modèle 3 du tutoriel d&apos;OTBTF)</translation>
    </message>
    <message>
        <source>architecture.segmentation</source>
        <extracomment>a class for each pixel of patches of 64 × 64 pixels and more (model 4 of the OTBTF tutorial)</extracomment>
        <translation>une classe par pixel d&apos;imagettes de 64 × 64 pixels ou plus (modèle 4 du tutoriel d&apos;OTBTF)</translation>
    </message>
    <message>
        <source>architecture.unet</source>
        <extracomment>a class for each pixel of patches of 32 × 32 pixels and more</extracomment>
        <translation>une classe par pixel d&apos;imagettes de 32 × 32 pixels ou plus</translation>
    </message>
    <message>
        <source>architecture.super_resolution</source>
        <extracomment>restores the finer pixels of an image, guided by a finer image or from itself</extracomment>
        <translation>restaure les pixels plus fins d&apos;une image, guidée par une image plus fine ou à partir d&apos;elle-même</translation>
    </message>
    <message>
        <source>architecture.gap_filling</source>
        <extracomment>corrects a first estimate of an image, such as one whose clouds were filled from other dates</extracomment>
        <translation>corrige une première estimation d&apos;une image, par exemple une image dont les nuages ont été comblés à partir d&apos;autres dates</translation>
    </message>
    <message>
        <source>trainmodel.model.label</source>
        <extracomment>Continue from this model or Keras network</extracomment>
        <translation>Repartir de ce modèle ou de ce réseau Keras</translation>
    </message>
    <message>
        <source>trainmodel.model.help</source>
        <extracomment>A .rlmodel file continues where its training ended; a .keras file is a network of your own.</extracomment>
        <translation>Un fichier .rlmodel reprend là où son entraînement s&apos;est arrêté ; un fichier .keras est un réseau que vous avez construit.</translation>
    </message>
    <message>
        <source>trainmodel.model.files</source>
        <extracomment>RasterLearn model, Keras network (*.rlmodel *.keras)</extracomment>
        <translation>Modèle RasterLearn, réseau Keras (*.rlmodel *.keras)</translation>
    </message>
    <message>
        <source>trainmodel.placeholders.label</source>
        <extracomment>Placeholders of an imported graph</extracomment>
        <translation>Placeholders d&apos;un graphe importé</translation>
    </message>
    <message>
        <source>trainmodel.placeholders.help</source>
        <extracomment>Values for its training operation, such as “lr=0.0002”; all others remain as given at import.</extracomment>
        <translation>Valeurs pour son opération d&apos;entraînement, comme « lr=0.0002 » ; toutes les autres restent celles de l&apos;importation.</translation>
    </message>
    <message>
        <source>trainmodel.batch_size.label</source>
        <extracomment>Batch size</extracomment>
        <translation>Taille de lot</translation>
    </message>
    <message>
        <source>trainmodel.batch_size.help</source>
        <extracomment>Patches per step. Fewer need less memory.</extracomment>
        <translation>Nombre d&apos;imagettes par pas. Moins il y en a, moins il faut de mémoire.</translation>
    </message>
    <message>
        <source>trainmodel.learning_rate.label</source>
        <extracomment>Learning rate</extracomment>
        <translation>Taux d&apos;apprentissage</translation>
    </message>
    <message>
        <source>trainmodel.learning_rate.help</source>
        <extracomment>Step size of Adam. Try a tenth of it if the loss jumps or becomes NaN.</extracomment>
        <translation>Taille d&apos;un pas d&apos;Adam. Essayez-en un dixième si la perte fait des sauts ou devient NaN.</translation>
    </message>
    <message>
        <source>trainmodel.schedule.label</source>
        <extracomment>Learning rate schedule</extracomment>
        <translation>Évolution du taux d&apos;apprentissage</translation>
    </message>
    <message>
        <source>trainmodel.schedule.help</source>
        <extracomment>cosine lowers the rate to a hundredth by the last epoch, constant keeps it.</extracomment>
        <translation>cosine fait descendre le taux à un centième à la dernière époque, constant le maintient.</translation>
    </message>
    <message>
        <source>trainmodel.weight_decay.label</source>
        <extracomment>Weight decay</extracomment>
        <translation>Décroissance des poids (weight decay)</translation>
    </message>
    <message>
        <source>trainmodel.weight_decay.help</source>
        <extracomment>Shrinks weights a little in each step (AdamW), to reduce overfitting.</extracomment>
        <translation>Réduit un peu les poids à chaque pas (AdamW), pour limiter le surapprentissage.</translation>
    </message>
    <message>
        <source>trainmodel.patience.label</source>
        <extracomment>Patience (epochs; 0 to train all)</extracomment>
        <translation>Patience (époques ; 0 : toutes les époques)</translation>
    </message>
    <message>
        <source>trainmodel.patience.help</source>
        <extracomment>Stops when the loss on a fifth of the training patches, which is set aside in blocks of the image, has not fallen for this many epochs, and keeps the best weights.</extracomment>
        <translation>Arrête l&apos;entraînement quand la perte sur un cinquième des imagettes d&apos;entraînement, mis de côté par blocs de l&apos;image, n&apos;a pas baissé pendant ce nombre d&apos;époques, et garde les meilleurs poids.</translation>
    </message>
    <message>
        <source>trainmodel.loss.label</source>
        <extracomment>Loss</extracomment>
        <translation>Fonction de perte</translation>
    </message>
    <message>
        <source>trainmodel.loss.help</source>
        <extracomment>auto: crossentropy for classes, l1 (mean absolute difference) for values. l2 is the mean squared difference; ssim adds the structural similarity, for sharper images. Nodata is ignored.</extracomment>
        <translation>auto : crossentropy (entropie croisée) pour des classes, l1 (écart absolu moyen) pour des valeurs. l2 est l&apos;écart quadratique moyen ; ssim ajoute la similarité structurelle, pour des images plus nettes. Les valeurs nulles (nodata) sont ignorées.</translation>
    </message>
    <message>
        <source>trainmodel.class_weights.label</source>
        <extracomment>Class weights</extracomment>
        <translation>Poids des classes</translation>
    </message>
    <message>
        <source>trainmodel.class_weights.help</source>
        <extracomment>balanced: rare classes count more; sampling: they are shown more often.</extracomment>
        <translation>balanced : les classes rares comptent davantage ; sampling : elles sont montrées plus souvent.</translation>
    </message>
    <message>
        <source>trainmodel.augment.label</source>
        <extracomment>Flip and rotate patches at random</extracomment>
        <translation>Retourner et faire pivoter les imagettes au hasard</translation>
    </message>
    <message>
        <source>trainmodel.augment.help</source>
        <extracomment>Flips and rotations by 90°, which do not change the meaning of a view from above.</extracomment>
        <translation>Symétries et rotations de 90°, qui ne changent pas le sens d&apos;une vue d&apos;en haut.</translation>
    </message>
    <message>
        <source>trainmodel.band_noise.label</source>
        <extracomment>Band noise</extracomment>
        <translation>Bruit des bandes</translation>
    </message>
    <message>
        <source>trainmodel.band_noise.help</source>
        <extracomment>Makes each band of a patch brighter or darker at random, by this share of the band&apos;s standard deviation, so that the network relies less on exact brightness.</extracomment>
        <translation>Rend chaque bande d&apos;une imagette plus claire ou plus sombre au hasard, de cette fraction de l&apos;écart-type de la bande, afin que le réseau se fie moins à la luminosité exacte.</translation>
    </message>
    <message>
        <source>trainmodel.calibrate.label</source>
        <extracomment>Calibrate probabilities on patches set aside</extracomment>
        <translation>Calibrer les probabilités sur des imagettes mises de côté</translation>
    </message>
    <message>
        <source>trainmodel.calibrate.help</source>
        <extracomment>Makes probabilities match how often predictions are right, by a temperature fitted on patches set aside.</extracomment>
        <translation>Accorde les probabilités à la fréquence des prédictions justes, par une température ajustée sur des imagettes mises de côté.</translation>
    </message>
    <message>
        <source>trainmodel.validation_every.label</source>
        <extracomment>Epochs between evaluations on the validation set (0: ten evaluations)</extracomment>
        <translation>Époques entre deux évaluations du jeu de validation (0 : dix évaluations)</translation>
    </message>
    <message>
        <source>trainmodel.validation_every.help</source>
        <extracomment>The validation set is used for evaluation only; nothing is decided by it.</extracomment>
        <translation>Le jeu de validation sert uniquement à évaluer ; il ne décide de rien.</translation>
    </message>
    <message>
        <source>trainmodel.threads.label</source>
        <extracomment>Threads (0: the fastest number, by timing)</extracomment>
        <translation>Fils d&apos;exécution (0 : le nombre le plus rapide, par chronométrage)</translation>
    </message>
    <message>
        <source>trainmodel.threads.help</source>
        <extracomment>The same number gives the same weights again; it is stated in the report.</extracomment>
        <translation>Le même nombre redonne les mêmes poids ; le rapport l&apos;indique.</translation>
    </message>
    <message>
        <source>trainmodel.mixed_precision.label</source>
        <extracomment>Compute with 16 bits on a GPU</extracomment>
        <translation>Calculer en 16 bits sur un GPU</translation>
    </message>
    <message>
        <source>trainmodel.mixed_precision.help</source>
        <extracomment>Faster on recent GPUs; ignored on a CPU.</extracomment>
        <translation>Plus rapide sur les GPU récents ; sans effet sur un CPU.</translation>
    </message>
    <message>
        <source>trainmodel.log_folder.label</source>
        <extracomment>Folder for TensorBoard</extracomment>
        <translation>Dossier pour TensorBoard</translation>
    </message>
    <message>
        <source>trainmodel.log_folder.help</source>
        <extracomment>Curves of loss, accuracy and kappa.</extracomment>
        <translation>Courbes de la perte, de l&apos;exactitude et de l&apos;indice kappa.</translation>
    </message>
    <message>
        <source>note.label</source>
        <extracomment>Note for the report</extracomment>
        <translation>Note pour le rapport</translation>
    </message>
    <message>
        <source>note.help</source>
        <extracomment>For example, how the settings were chosen.</extracomment>
        <translation>Par exemple, comment les paramètres ont été choisis.</translation>
    </message>
    <message>
        <source>trainmodel.output.help</source>
        <extracomment>The model file: network, bands, normalization, classes and colors in one.</extracomment>
        <translation>Le fichier du modèle : réseau, bandes, normalisation, classes et couleurs réunis.</translation>
    </message>
    <message>
        <source>rmse</source>
        <extracomment>Root mean squared error</extracomment>
        <translation>Erreur quadratique moyenne (RMSE)</translation>
    </message>
    <message>
        <source>mae</source>
        <extracomment>Mean absolute error</extracomment>
        <translation>Erreur absolue moyenne (MAE)</translation>
    </message>
    <message>
        <source>bias</source>
        <extracomment>Bias</extracomment>
        <translation>Biais</translation>
    </message>
    <message>
        <source>trainforest.title</source>
        <extracomment>Train a Random Forest</extracomment>
        <translation>Entraîner une forêt aléatoire</translation>
    </message>
    <message>
        <source>trainforest.help</source>
        <extracomment>Trains a Random Forest on sample points with pixel values and evaluates it on a second layer of points.

“Extract values” makes such points. If it was given a model, the values are deep features of its network: give the same model here, and the model file will contain both network and forest, and map images in one pass.

Tuning tries depths, samples per leaf and features per split, and takes those with the highest mean kappa on parts of the training samples that are spatially separate from those trained on. The validation samples are never used for this, so the accuracy on them remains unbiased. A maximum depth that is given is kept.

The forest is stored as plain numbers, which can be read whatever version of scikit-learn is installed; “Apply a model” maps with it.</extracomment>
        <translation>Entraîne une forêt aléatoire (Random Forest) sur des points d&apos;échantillonnage dotés de valeurs de pixels et l&apos;évalue sur une seconde couche de points.

« Extraire des valeurs » produit de tels points. Si un modèle y a été indiqué, les valeurs sont les descripteurs profonds de son réseau : indiquez ici le même modèle, et le fichier du modèle contiendra les deux, réseau et forêt, et cartographiera des images en une seule passe.

Le réglage essaie des profondeurs, des nombres d&apos;échantillons par feuille et de variables par division, et retient ceux dont l&apos;indice kappa moyen est le plus grand sur des parties des échantillons d&apos;entraînement éloignées, dans l&apos;espace, de celles qui servent à apprendre. Les échantillons de validation ne servent jamais à cela, de sorte que l&apos;exactitude qu&apos;ils donnent reste non biaisée. Si une profondeur maximale est indiquée, elle est conservée.

La forêt est enregistrée sous forme de simples nombres, lisibles quelle que soit la version de scikit-learn installée ; « Appliquer un modèle » cartographie avec elle.</translation>
    </message>
    <message>
        <source>trainforest.samples.label</source>
        <extracomment>Samples with values</extracomment>
        <translation>Échantillons avec valeurs</translation>
    </message>
    <message>
        <source>trainforest.samples.help</source>
        <extracomment>Points with value fields, as written by “Extract values”.</extracomment>
        <translation>Des points avec des champs de valeurs, tels que les écrit « Extraire des valeurs ».</translation>
    </message>
    <message>
        <source>trainforest.features.label</source>
        <extracomment>Features</extracomment>
        <translation>Variables explicatives</translation>
    </message>
    <message>
        <source>trainforest.features.help</source>
        <extracomment>Fields to train on, in the order of the image&apos;s bands; by default value_0, value_1 …</extracomment>
        <translation>Champs servant à l&apos;apprentissage, dans l&apos;ordre des bandes de l&apos;image ; par défaut value_0, value_1 …</translation>
    </message>
    <message>
        <source>trainforest.validation.label</source>
        <extracomment>Validation samples with values</extracomment>
        <translation>Échantillons de validation avec valeurs</translation>
    </message>
    <message>
        <source>trainforest.validation.help</source>
        <extracomment>Points for evaluation, from other places, with the same fields.</extracomment>
        <translation>Des points pour évaluer, pris ailleurs, avec les mêmes champs.</translation>
    </message>
    <message>
        <source>trainforest.trees.label</source>
        <extracomment>Number of trees</extracomment>
        <translation>Nombre d&apos;arbres</translation>
    </message>
    <message>
        <source>trainforest.trees.help</source>
        <extracomment>More trees are more stable and slower; 100 is usual.</extracomment>
        <translation>Plus il y a d&apos;arbres, plus le résultat est stable et le calcul long ; 100 est courant.</translation>
    </message>
    <message>
        <source>trainforest.max_depth.label</source>
        <extracomment>Maximum depth (0 for unlimited)</extracomment>
        <translation>Profondeur maximale (0 : illimitée)</translation>
    </message>
    <message>
        <source>trainforest.max_depth.help</source>
        <extracomment>The largest number of decisions from the root to a leaf. 0 lets trees grow until leaves are pure.</extracomment>
        <translation>Nombre maximal de décisions de la racine à une feuille. 0 laisse pousser les arbres jusqu&apos;à ce que les feuilles soient pures.</translation>
    </message>
    <message>
        <source>trainforest.tune.label</source>
        <extracomment>Choose the settings of the trees by cross-validation</extracomment>
        <translation>Choisir les réglages des arbres par validation croisée</translation>
    </message>
    <message>
        <source>trainforest.tune.help</source>
        <extracomment>Tries depths, samples per leaf and features per split. Takes about 70 times as long.</extracomment>
        <translation>Essaie des profondeurs, des nombres d&apos;échantillons par feuille et de variables par division. Prend environ 70 fois plus de temps.</translation>
    </message>
    <message>
        <source>trainforest.model.label</source>
        <extracomment>Model whose deep features the values are</extracomment>
        <translation>Modèle dont les valeurs sont les descripteurs profonds</translation>
    </message>
    <message>
        <source>trainforest.model.help</source>
        <extracomment>For samples that “Extract values” made with a model: the same model.</extracomment>
        <translation>Pour des échantillons que « Extraire des valeurs » a produits avec un modèle : le même modèle.</translation>
    </message>
    <message>
        <source>trainforest.output.help</source>
        <extracomment>The model file: trees, bands, normalization, classes and colors in one.</extracomment>
        <translation>Le fichier du modèle : arbres, bandes, normalisation, classes et couleurs réunis.</translation>
    </message>
    <message>
        <source>applymodel.title</source>
        <extracomment>Apply a model</extracomment>
        <translation>Appliquer un modèle</translation>
    </message>
    <message>
        <source>applymodel.help</source>
        <extracomment>Maps a whole image with a network, a Random Forest, or a forest on a network&apos;s features, block by block.

A network trained on patches is evaluated at every pixel at the cost of plain convolutions (dense); the result is the same as patch by patch, but many times faster. Raw images are normalized in the same way as the model&apos;s training image.

A model with several sources needs one image for each, in the model&apos;s order; the first one defines the grid of the map, the others may differ in pixel size and extent. For image-to-image networks, blocks overlap as far as the network&apos;s geometry requires, so that no seams appear. Whatever a forest was trained on besides pixel values – neighborhood statistics, deep features – is computed along with the map.

Border: full maps every pixel, with the image mirrored at its edge; valid maps only pixels whose patch lies inside the image, as OTBTF does. A pixel that is nodata in any band is nodata in the map; nodata elsewhere in a patch is replaced by the mean of the training data.

Resume keeps finished parts in a folder beside the map and continues from there after a crash; the folder is deleted when the map is complete. Dry run reports the size of the map and an estimate of the time, and writes nothing.</extracomment>
        <translation>Cartographie une image entière, bloc par bloc, avec un réseau, une forêt aléatoire ou une forêt appliquée aux descripteurs d&apos;un réseau.

Un réseau entraîné sur des imagettes (patches) est évalué en chaque pixel pour le coût de simples convolutions (dense) ; le résultat est le même qu&apos;imagette par imagette, mais obtenu bien plus vite. Les images brutes sont normalisées comme l&apos;a été l&apos;image d&apos;entraînement du modèle.

Un modèle à plusieurs sources demande une image pour chacune d&apos;elles, dans l&apos;ordre du modèle ; la première définit la grille de la carte, les autres peuvent avoir une autre taille de pixel et une autre emprise. Si le réseau produit une image au lieu d&apos;une seule classe, les blocs se recouvrent autant que sa géométrie l&apos;exige, de sorte qu&apos;aucun raccord n&apos;est visible. Ce qu&apos;une forêt a appris en plus des valeurs – statistiques de voisinage, descripteurs profonds – est calculé en même temps que la carte.

Bord : full cartographie tous les pixels, l&apos;image étant prolongée par symétrie au-delà de son bord ; valid ne cartographie que les pixels dont l&apos;imagette tient dans l&apos;image, comme le fait OTBTF. Un pixel de valeur nulle (nodata) dans l&apos;une des bandes l&apos;est aussi dans la carte ; ailleurs dans une imagette, une valeur nulle est remplacée par la moyenne des données d&apos;entraînement.

La reprise conserve ce qui est terminé dans un dossier à côté de la carte et repart de là après un plantage ; ce dossier est supprimé une fois la carte achevée. L&apos;essai à blanc indique la taille de la carte et une estimation de la durée, sans rien écrire.</translation>
    </message>
    <message>
        <source>applymodel.images.help</source>
        <extracomment>Raw or normalized, with the bands that the model was trained on.</extracomment>
        <translation>Brute ou normalisée, avec les bandes sur lesquelles le modèle a été entraîné.</translation>
    </message>
    <message>
        <source>model.label</source>
        <extracomment>Model</extracomment>
        <translation>Modèle</translation>
    </message>
    <message>
        <source>model.help</source>
        <extracomment>A .rlmodel file written by RasterLearn. Opening it runs no code, wherever it comes from.</extracomment>
        <translation>Un fichier .rlmodel écrit par RasterLearn. L&apos;ouvrir n&apos;exécute aucun code, d&apos;où qu&apos;il vienne.</translation>
    </message>
    <message>
        <source>result.label</source>
        <extracomment>Result</extracomment>
        <translation>Résultat</translation>
    </message>
    <message>
        <source>result.classes</source>
        <extracomment>the class of each pixel, with names and colors</extracomment>
        <translation>la classe de chaque pixel, avec noms et couleurs</translation>
    </message>
    <message>
        <source>result.probabilities</source>
        <extracomment>the probability of each class, one band per class</extracomment>
        <translation>la probabilité de chaque classe, une bande par classe</translation>
    </message>
    <message>
        <source>result.confidence</source>
        <extracomment>the largest probability</extracomment>
        <translation>la plus grande probabilité</translation>
    </message>
    <message>
        <source>result.entropy</source>
        <extracomment>how uncertain the model is, from 0 (certain) to 1 (all classes equally probable)</extracomment>
        <translation>l&apos;incertitude du modèle, de 0 (certain) à 1 (toutes les classes également probables)</translation>
    </message>
    <message>
        <source>result.features</source>
        <extracomment>the values of the network&apos;s layer “features”, one band each</extracomment>
        <translation>les valeurs de la couche « features » du réseau, une par bande</translation>
    </message>
    <message>
        <source>result.values</source>
        <extracomment>all numbers that the model outputs, one band each</extracomment>
        <translation>tous les nombres que produit le modèle, un par bande</translation>
    </message>
    <message>
        <source>applymodel.extent.label</source>
        <extracomment>Part of the image</extracomment>
        <translation>Partie de l&apos;image</translation>
    </message>
    <message>
        <source>applymodel.extent.help</source>
        <extracomment>By default the whole image.</extracomment>
        <translation>Par défaut, l&apos;image entière.</translation>
    </message>
    <message>
        <source>applymodel.box.label</source>
        <extracomment>Part of the image, in pixels (x,y,width,height)</extracomment>
        <translation>Partie de l&apos;image, en pixels (x,y,largeur,hauteur)</translation>
    </message>
    <message>
        <source>applymodel.box.help</source>
        <extracomment>Column and row of the upper left pixel in the image, from 0, width and height: 0,0,500,500.</extracomment>
        <translation>Colonne et ligne, dans l&apos;image, du pixel en haut à gauche, à partir de 0, largeur et hauteur : 0,0,500,500.</translation>
    </message>
    <message>
        <source>mode.label</source>
        <extracomment>Evaluation</extracomment>
        <translation>Évaluation</translation>
    </message>
    <message>
        <source>mode.help</source>
        <extracomment>dense and patch give the same map; patch is slow, and meant for networks that cannot be made dense.</extracomment>
        <translation>dense et patch donnent la même carte ; patch est lent et destiné aux réseaux qui ne peuvent être rendus denses.</translation>
    </message>
    <message>
        <source>border.label</source>
        <extracomment>Border</extracomment>
        <translation>Bord</translation>
    </message>
    <message>
        <source>border.help</source>
        <extracomment>full mirrors the image at its edge; valid leaves out pixels whose patch is not entirely inside.</extracomment>
        <translation>full prolonge l&apos;image par symétrie au-delà de son bord ; valid écarte les pixels dont l&apos;imagette sort de l&apos;image.</translation>
    </message>
    <message>
        <source>block_size.label</source>
        <extracomment>Block size (pixels; 0 for automatic)</extracomment>
        <translation>Taille de bloc (pixels ; 0 : automatique)</translation>
    </message>
    <message>
        <source>block_size.help</source>
        <extracomment>Side of the block that is computed at a time. It does not change the map.</extracomment>
        <translation>Côté du bloc calculé en une fois. La carte n&apos;en dépend pas.</translation>
    </message>
    <message>
        <source>precision.label</source>
        <extracomment>Number format of the map</extracomment>
        <translation>Format des nombres de la carte</translation>
    </message>
    <message>
        <source>precision.help</source>
        <extracomment>uint8 stores probabilities in steps of 1/250, in a quarter of the space; target stores values in the type and scale of the image that they were learned from.</extracomment>
        <translation>uint8 enregistre les probabilités par pas de 1/250, dans un quart de la place ; target enregistre les valeurs dans le type et l&apos;échelle de l&apos;image dont elles ont été apprises.</translation>
    </message>
    <message>
        <source>applymodel.resume.label</source>
        <extracomment>Resume after a crash</extracomment>
        <translation>Reprendre après un plantage</translation>
    </message>
    <message>
        <source>applymodel.resume.help</source>
        <extracomment>Keeps finished parts beside the map, and continues from there.</extracomment>
        <translation>Conserve à côté de la carte ce qui est terminé, et repart de là.</translation>
    </message>
    <message>
        <source>applymodel.dry_run.label</source>
        <extracomment>Dry run</extracomment>
        <translation>Essai à blanc</translation>
    </message>
    <message>
        <source>applymodel.dry_run.help</source>
        <extracomment>Reports size and time, and writes nothing.</extracomment>
        <translation>Indique la taille et la durée, sans rien écrire.</translation>
    </message>
    <message>
        <source>applymodel.output.label</source>
        <extracomment>Map</extracomment>
        <translation>Carte</translation>
    </message>
    <message>
        <source>applymodel.output.help</source>
        <extracomment>A GeoTIFF on the grid of the first image; a map of classes contains their names and colors. With the ending .vrt: a virtual raster of tiles in a folder beside it, for very large maps.</extracomment>
        <translation>Un GeoTIFF sur la grille de la première image ; une carte de classes contient leurs noms et leurs couleurs. Avec l&apos;extension .vrt : un raster virtuel fait de tuiles, rangées dans un dossier à côté de lui, pour de très grandes cartes.</translation>
    </message>
    <message>
        <source>applymodelbatch.title</source>
        <extracomment>Apply a model to many images</extracomment>
        <translation>Appliquer un modèle à de nombreuses images</translation>
    </message>
    <message>
        <source>applymodelbatch.help</source>
        <extracomment>Maps many images with one model, in one go. Each map is the same as that of “Apply a model”, but the model is loaded only once: a thousand small images take less than a minute instead of an hour.

Give the images in one of three ways: as a list of rasters; as a file, either a text file with the path of one image per line or the items of a STAC catalog (GeoJSON), where Assets names the bands; or as a folder. A mosaic (VRT) counts as one image.

Maps are named after their images. Where images in several folders have the same name, the folders are put in front of it; maps of STAC items are named after the ids of the items.

An image that cannot be mapped – damaged, with other bands, normalized in another way – does not stop the job. It is listed in the log and in the table, and counted in FAILED_COUNT. The job fails only if no image could be mapped.

With Resume, maps that are complete and were made with the same model and settings are kept as they are.</extracomment>
        <translation>Cartographie de nombreuses images avec un modèle, en une seule fois. Chaque carte est celle que fait « Appliquer un modèle », mais le modèle n&apos;est chargé qu&apos;une fois : mille petites images prennent moins d&apos;une minute au lieu d&apos;une heure.

Donnez les images de l&apos;une de ces trois façons : une liste de rasters ; un fichier, soit un fichier texte avec le chemin d&apos;une image par ligne, soit les items d&apos;un catalogue STAC (GeoJSON), dont les assets donnent les bandes ; ou un dossier. Une mosaïque (VRT) est une seule image.

Les cartes portent le nom de leur image. Si des images de plusieurs dossiers ont le même nom, il est précédé de ceux des dossiers ; les cartes d&apos;items STAC portent l&apos;identifiant de l&apos;item.

Une image qui ne peut pas être cartographiée – endommagée, avec d&apos;autres bandes, normalisée autrement – n&apos;arrête pas le traitement. Elle figure dans le journal et dans le tableau, et compte dans FAILED_COUNT. Le traitement n&apos;échoue que si aucune image n&apos;a pu être cartographiée.

Avec la reprise, les cartes complètes, faites avec le même modèle et les mêmes réglages, restent telles quelles.</translation>
    </message>
    <message>
        <source>applymodelbatch.inputs.label</source>
        <extracomment>Images to map</extracomment>
        <translation>Images à cartographier</translation>
    </message>
    <message>
        <source>applymodelbatch.inputs.help</source>
        <extracomment>Rasters of any size and location, each of which becomes a map.</extracomment>
        <translation>Des rasters de tailles et de lieux quelconques, dont chacun devient une carte.</translation>
    </message>
    <message>
        <source>applymodelbatch.image_set.label</source>
        <extracomment>File that lists the images</extracomment>
        <translation>Fichier qui liste les images</translation>
    </message>
    <message>
        <source>applymodelbatch.image_set.help</source>
        <extracomment>A text file with one path per line (the sources of a model separated by tabs), or STAC items (.json, .geojson). Relative paths start from the file&apos;s folder.</extracomment>
        <translation>Un fichier texte avec un chemin par ligne (les sources d&apos;un modèle séparées par des tabulations), ou des items STAC (.json, .geojson). Les chemins relatifs partent du dossier du fichier.</translation>
    </message>
    <message>
        <source>applymodelbatch.folder.label</source>
        <extracomment>Folder of images</extracomment>
        <translation>Dossier d&apos;images</translation>
    </message>
    <message>
        <source>applymodelbatch.folder.help</source>
        <extracomment>All its .tif, .tiff, .vrt and .jp2 files; not those in its subfolders.</extracomment>
        <translation>Tous ses fichiers .tif, .tiff, .vrt et .jp2 ; pas ceux de ses sous-dossiers.</translation>
    </message>
    <message>
        <source>applymodelbatch.assets.label</source>
        <extracomment>Assets of STAC items</extracomment>
        <translation>Assets des items STAC</translation>
    </message>
    <message>
        <source>applymodelbatch.assets.help</source>
        <extracomment>Names separated by commas, whose bands are stacked in this order: B04,B03,B02,B08. Sources of a model are separated by semicolons. By default, the only asset with data.</extracomment>
        <translation>Noms séparés par des virgules, dont les bandes sont empilées dans cet ordre : B04,B03,B02,B08. Les sources d&apos;un modèle sont séparées par des points-virgules. Par défaut, le seul asset de données.</translation>
    </message>
    <message>
        <source>applymodelbatch.resume.label</source>
        <extracomment>Resume: keep the maps that are complete</extracomment>
        <translation>Reprise : conserver les cartes complètes</translation>
    </message>
    <message>
        <source>applymodelbatch.resume.help</source>
        <extracomment>Maps that were made with the same model and settings, and are not older than their image, are not made again.</extracomment>
        <translation>Les cartes du même modèle et des mêmes réglages, pas plus anciennes que leur image, ne sont pas refaites.</translation>
    </message>
    <message>
        <source>applymodelbatch.output_folder.label</source>
        <extracomment>Folder for the maps</extracomment>
        <translation>Dossier des cartes</translation>
    </message>
    <message>
        <source>applymodelbatch.output_folder.help</source>
        <extracomment>A new folder, or one with other files; only maps with the same names are replaced.</extracomment>
        <translation>Un nouveau dossier, ou un dossier qui contient d&apos;autres fichiers ; seules les cartes de mêmes noms sont remplacées.</translation>
    </message>
    <message>
        <source>applymodelbatch.output_table.label</source>
        <extracomment>Table of all images</extracomment>
        <translation>Tableau de toutes les images</translation>
    </message>
    <message>
        <source>applymodelbatch.output_table.help</source>
        <extracomment>A row for each image: its map, the outcome, the time in seconds, and why it failed.</extracomment>
        <translation>Une ligne par image : sa carte, le résultat, la durée en secondes, et la raison d&apos;un échec.</translation>
    </message>
    <message>
        <source>applymodelbatch.output_table.files</source>
        <extracomment>CSV files (*.csv)</extracomment>
        <translation>Fichiers CSV (*.csv)</translation>
    </message>
    <message>
        <source>applymodelbatch.DONE_COUNT</source>
        <extracomment>Images that were mapped</extracomment>
        <translation>Images cartographiées</translation>
    </message>
    <message>
        <source>applymodelbatch.SKIPPED_COUNT</source>
        <extracomment>Images that were mapped before</extracomment>
        <translation>Images déjà cartographiées</translation>
    </message>
    <message>
        <source>applymodelbatch.FAILED_COUNT</source>
        <extracomment>Images that could not be mapped</extracomment>
        <translation>Images qui n&apos;ont pas pu être cartographiées</translation>
    </message>
    <message>
        <source>laygaps.title</source>
        <extracomment>Lay gaps over an image</extracomment>
        <translation>Poser des lacunes sur une image</translation>
    </message>
    <message>
        <source>laygaps.help</source>
        <extracomment>Lays the shapes of real clouds over a clear image, so that what lies under them is known: to train a network to fill gaps, and to evaluate how well they are filled.

The shapes are the unusable pixels of a mask, of any date and place, as in “Mask an image”. They are laid over the image pixel by pixel; where the image is larger than the mask, they are repeated and mirrored. Which part of the mask lies where depends on the seed.

The output is the image with nodata in the gaps. The truth has the image&apos;s values there, and nodata everywhere else. What was nodata before remains nodata in both.</extracomment>
        <translation>Pose les formes de vrais nuages sur une image claire, de sorte que ce qui se trouve dessous est connu : pour entraîner un réseau à combler des lacunes et pour évaluer le résultat.

Les formes sont les pixels inutilisables d&apos;un masque, de n&apos;importe quelle date et de n&apos;importe quel lieu, comme dans « Masquer une image ». Elles sont posées sur l&apos;image pixel par pixel ; si l&apos;image est plus grande que le masque, elles sont répétées en miroir. La graine détermine quelle partie du masque est posée à chaque endroit.

La sortie est l&apos;image avec des valeurs nulles (nodata) dans les lacunes. La vérité y a les valeurs de l&apos;image, et des valeurs nulles partout ailleurs. Ce qui était nul auparavant le reste dans les deux.</translation>
    </message>
    <message>
        <source>laygaps.output.label</source>
        <extracomment>Image with gaps</extracomment>
        <translation>Image avec lacunes</translation>
    </message>
    <message>
        <source>laygaps.output.help</source>
        <extracomment>The image with nodata in the gaps.</extracomment>
        <translation>L&apos;image, avec des valeurs nulles (nodata) dans les lacunes.</translation>
    </message>
    <message>
        <source>laygaps.truth.label</source>
        <extracomment>Truth under the gaps</extracomment>
        <translation>Vérité sous les lacunes</translation>
    </message>
    <message>
        <source>laygaps.truth.help</source>
        <extracomment>The values under the gaps; nodata everywhere else.</extracomment>
        <translation>Les valeurs sous les lacunes ; valeur nulle (nodata) partout ailleurs.</translation>
    </message>
    <message>
        <source>laygaps.GAP_PIXELS</source>
        <extracomment>Number of clear pixels in gaps</extracomment>
        <translation>Nombre de pixels clairs dans les lacunes</translation>
    </message>
    <message>
        <source>fillgaps.title</source>
        <extracomment>Fill gaps of an image</extracomment>
        <translation>Combler les lacunes d&apos;une image</translation>
    </message>
    <message>
        <source>fillgaps.help</source>
        <extracomment>Fills the nodata pixels of an image from images of other dates, or from one other image. Clear pixels are left unchanged. First turn clouds into nodata with “Mask an image”, in the image as well as in the series.

Method: linear (interpolated in time between the nearest clear dates before and after; if only one side has a clear date, its value), nearest (the value of the clear date nearest in time), image (the values of FILLING, for example a map made by a network).

A pixel is a gap if any of its bands is nodata; all of its bands are then filled. Integers are rounded. Nodata remains where no image is clear.

Dates are read from the file names (20170216, 2017-02-16, 2017_02_16, or year and day of the year as in LT50350322008110PAC01), unless they are given in DATES.</extracomment>
        <translation>Comble les valeurs nulles (nodata) d&apos;une image à partir d&apos;images d&apos;autres dates ou d&apos;une seule autre image. Les pixels clairs restent tels quels. Transformez d&apos;abord les nuages en valeurs nulles avec « Masquer une image », dans l&apos;image comme dans la série.

Méthode : linear (interpolation dans le temps entre les dates claires les plus proches avant et après ; si un seul côté en a une, sa valeur), nearest (la valeur de la date claire la plus proche), image (les valeurs de FILLING, par exemple une carte produite par un réseau).

Un pixel est une lacune si l&apos;une de ses bandes est nulle ; toutes sont alors comblées. Les nombres entiers sont arrondis. La valeur nulle reste là où aucune image n&apos;est claire.

Les dates sont lues dans les noms des fichiers (20170216, 2017-02-16, 2017_02_16, ou année et jour de l&apos;année comme dans LT50350322008110PAC01), à moins que DATES ne les donne.</translation>
    </message>
    <message>
        <source>fillgaps.image.label</source>
        <extracomment>Image with gaps</extracomment>
        <translation>Image avec lacunes</translation>
    </message>
    <message>
        <source>fillgaps.series.label</source>
        <extracomment>Images of other dates</extracomment>
        <translation>Images d&apos;autres dates</translation>
    </message>
    <message>
        <source>fillgaps.series.help</source>
        <extracomment>On the same pixels and with the same bands; clouds must be nodata in them, too.</extracomment>
        <translation>Sur les mêmes pixels et avec les mêmes bandes ; leurs nuages doivent aussi être des valeurs nulles (nodata).</translation>
    </message>
    <message>
        <source>fillgaps.method.label</source>
        <extracomment>Method</extracomment>
        <translation>Méthode</translation>
    </message>
    <message>
        <source>fillgaps.method.help</source>
        <extracomment>linear and nearest take values from the series, image takes those of one other image.</extracomment>
        <translation>linear et nearest prennent des valeurs de la série, image celles d&apos;une seule autre image.</translation>
    </message>
    <message>
        <source>fillgaps.filling.label</source>
        <extracomment>Image to fill from</extracomment>
        <translation>Image qui fournit les valeurs</translation>
    </message>
    <message>
        <source>fillgaps.filling.help</source>
        <extracomment>For the method image: an image on the same pixels, with the same bands.</extracomment>
        <translation>Pour la méthode image : une image sur les mêmes pixels, avec les mêmes bandes.</translation>
    </message>
    <message>
        <source>fillgaps.dates.label</source>
        <extracomment>Dates of the images</extracomment>
        <translation>Dates des images</translation>
    </message>
    <message>
        <source>fillgaps.dates.help</source>
        <extracomment>The date of the image, then those of the series in their order: 2017-02-16,2017-02-06 … By default they are read from the file names; a single date is that of the image.</extracomment>
        <translation>La date de l&apos;image, puis celles de la série dans leur ordre : 2017-02-16,2017-02-06 … Par défaut, elles sont lues dans les noms des fichiers ; une seule date est celle de l&apos;image.</translation>
    </message>
    <message>
        <source>fillgaps.gap_band.label</source>
        <extracomment>Append a band that marks filled pixels</extracomment>
        <translation>Ajouter une bande qui marque les pixels comblés</translation>
    </message>
    <message>
        <source>fillgaps.gap_band.help</source>
        <extracomment>The last band, “gap”, is 1 where a pixel was filled and 0 elsewhere.</extracomment>
        <translation>La dernière bande, « gap », vaut 1 là où un pixel a été comblé et 0 ailleurs.</translation>
    </message>
    <message>
        <source>fillgaps.output.label</source>
        <extracomment>Filled image</extracomment>
        <translation>Image comblée</translation>
    </message>
    <message>
        <source>fillgaps.output.help</source>
        <extracomment>The image without gaps, except where no other image is clear.</extracomment>
        <translation>L&apos;image sans lacunes, sauf là où aucune autre image n&apos;est claire.</translation>
    </message>
    <message>
        <source>fillgaps.estimate.label</source>
        <extracomment>Estimate of every pixel from the series</extracomment>
        <translation>Estimation de chaque pixel d&apos;après la série</translation>
    </message>
    <message>
        <source>fillgaps.estimate.help</source>
        <extracomment>Of clear pixels, too: together with the filled image, it shows a network how wrong interpolation is.</extracomment>
        <translation>Des pixels clairs aussi : avec l&apos;image comblée, cela montre à un réseau combien l&apos;interpolation se trompe.</translation>
    </message>
    <message>
        <source>fillgaps.FILLED_PIXELS</source>
        <extracomment>Number of filled pixels</extracomment>
        <translation>Nombre de pixels comblés</translation>
    </message>
    <message>
        <source>fillgaps.UNFILLED_PIXELS</source>
        <extracomment>Number of remaining gaps</extracomment>
        <translation>Nombre de lacunes restantes</translation>
    </message>
    <message>
        <source>exportmodel.title</source>
        <extracomment>Export a model</extracomment>
        <translation>Exporter un modèle</translation>
    </message>
    <message>
        <source>exportmodel.help</source>
        <extracomment>Writes a model in the formats of other programs. Give at least one output.

SavedModel: a folder that OTBTF&apos;s TensorflowModelServe runs. A patch network is exported in its dense form, so that it gives a result for every pixel of an image of any size; the log reports its receptive field and its expression field. ONNX: a file for the QGIS plugin Deepness, which reads classes, resolution, tiles and overlap from it. STAC: an item that describes the model in a catalog, with the MLM extension; it refers to the model and to whatever is exported in the same run.

Exported models take raw pixels: the normalization recorded in the model is part of the export, and the classes are the same as those of “Apply a model”. A Random Forest can only be described. For more, see docs/exchange.md.</extracomment>
        <translation>Écrit un modèle dans les formats d&apos;autres programmes. Renseignez au moins une sortie.

SavedModel : un dossier que TensorflowModelServe d&apos;OTBTF exécute. Un réseau d&apos;imagettes y est exporté sous forme dense, de sorte qu&apos;il donne un résultat pour chaque pixel d&apos;une image de n&apos;importe quelle taille ; le journal indique le champ récepteur et le champ d&apos;expression. ONNX : un fichier pour l&apos;extension QGIS Deepness, qui y trouve les classes, la résolution, les tuiles et leur recouvrement. STAC : un item qui décrit le modèle dans un catalogue, avec l&apos;extension MLM ; il renvoie au modèle et à ce qui est exporté au cours de la même exécution.

Les modèles exportés reçoivent des pixels bruts : la normalisation enregistrée dans le modèle fait partie de ce qui est exporté, et les classes sont celles de « Appliquer un modèle ». Une forêt aléatoire peut seulement être décrite. Pour en savoir plus, voir docs/exchange.md.</translation>
    </message>
    <message>
        <source>exportmodel.saved_model.label</source>
        <extracomment>SavedModel for OTBTF</extracomment>
        <translation>SavedModel pour OTBTF</translation>
    </message>
    <message>
        <source>exportmodel.saved_model.help</source>
        <extracomment>A new or empty folder, or one with an older SavedModel, which is replaced.</extracomment>
        <translation>Un dossier nouveau ou vide, ou contenant un SavedModel plus ancien, qui sera remplacé.</translation>
    </message>
    <message>
        <source>exportmodel.onnx.label</source>
        <extracomment>ONNX file for Deepness</extracomment>
        <translation>Fichier ONNX pour Deepness</translation>
    </message>
    <message>
        <source>exportmodel.onnx.help</source>
        <extracomment>One file, with the metadata that the Deepness plugin reads.</extracomment>
        <translation>Un seul fichier, avec les métadonnées que lit l&apos;extension Deepness.</translation>
    </message>
    <message>
        <source>exportmodel.onnx.files</source>
        <extracomment>ONNX (*.onnx)</extracomment>
        <translation>ONNX (*.onnx)</translation>
    </message>
    <message>
        <source>exportmodel.stac.label</source>
        <extracomment>STAC item</extracomment>
        <translation>Item STAC</translation>
    </message>
    <message>
        <source>exportmodel.stac.help</source>
        <extracomment>A JSON file that describes the model for a catalog (MLM extension).</extracomment>
        <translation>Un fichier JSON qui décrit le modèle pour un catalogue (extension MLM).</translation>
    </message>
    <message>
        <source>exportmodel.stac.files</source>
        <extracomment>STAC item (*.json)</extracomment>
        <translation>Item STAC (*.json)</translation>
    </message>
    <message>
        <source>accuracy.title</source>
        <extracomment>Accuracy of a map</extracomment>
        <translation>Exactitude d&apos;une carte</translation>
    </message>
    <message>
        <source>accuracy.help</source>
        <extracomment>Compares a land-cover map with reference labels and reports overall accuracy, kappa, macro-F1, mean IoU, precision, recall, F1 and IoU of each class, and the confusion matrix.

Every labelled pixel of the reference counts once. Rows of the matrix are the reference, columns the map. Use labels that the model was not trained on.

The 95 % intervals come from a bootstrap over spatial blocks of the map, as neighboring pixels resemble each other. The report also corrects the areas of the classes for the errors of the map (Olofsson et al. 2014), which is valid if the labels are a random sample of each mapped class.

A map of continuous values – a restored or enlarged image, a regression – is compared with a reference raster on the same pixels, band by band: RMSE, MAE, bias, R², PSNR, SSIM and, for several bands, the spectral angle (SAM), with a scatter plot and the errors of each band.</extracomment>
        <translation>Compare une carte d&apos;occupation du sol à des étiquettes de référence et donne l&apos;exactitude globale, l&apos;indice kappa, le score F1 moyen (macro-F1), l&apos;IoU moyen, la précision, le rappel, le score F1 et l&apos;IoU de chaque classe, ainsi que la matrice de confusion.

Chaque pixel étiqueté de la référence compte une fois. Les lignes de la matrice correspondent à la référence, les colonnes à la carte. Utilisez des étiquettes qui n&apos;ont pas servi à entraîner le modèle.

Les intervalles à 95 % proviennent d&apos;un rééchantillonnage (bootstrap) par blocs spatiaux de la carte, car les pixels voisins se ressemblent. Le rapport donne aussi les surfaces des classes corrigées des erreurs de la carte (Olofsson et al. 2014) ; cette correction est valable si les étiquettes sont un échantillon aléatoire de chaque classe cartographiée.

Une carte de valeurs continues – une image restaurée ou agrandie, une régression – est comparée à un raster de référence sur les mêmes pixels, bande par bande : RMSE, MAE, biais, R², PSNR, SSIM et, pour plusieurs bandes, l&apos;angle spectral (SAM), avec un nuage de points et les erreurs de chaque bande.</translation>
    </message>
    <message>
        <source>accuracy.map.label</source>
        <extracomment>Map</extracomment>
        <translation>Carte</translation>
    </message>
    <message>
        <source>accuracy.map.help</source>
        <extracomment>A raster of class values, or of continuous values.</extracomment>
        <translation>Un raster de valeurs de classes, ou de valeurs continues.</translation>
    </message>
    <message>
        <source>accuracy.reference.label</source>
        <extracomment>Reference (raster)</extracomment>
        <translation>Référence (raster)</translation>
    </message>
    <message>
        <source>accuracy.reference.help</source>
        <extracomment>Class values, where nodata means not annotated; or true values, with the same bands and on the same pixels as the map. Give either a raster or features.</extracomment>
        <translation>Valeurs de classes, où nodata signifie non annoté ; ou valeurs vraies, avec les mêmes bandes et sur les mêmes pixels que la carte. Indiquez soit un raster, soit des entités.</translation>
    </message>
    <message>
        <source>accuracy.reference_features.label</source>
        <extracomment>Reference labels (features)</extracomment>
        <translation>Étiquettes de référence (entités)</translation>
    </message>
    <message>
        <source>accuracy.kind.label</source>
        <extracomment>What the map contains</extracomment>
        <translation>Contenu de la carte</translation>
    </message>
    <message>
        <source>accuracy.kind.help</source>
        <extracomment>auto: values if the map&apos;s metadata says so, if it has several bands, or if both the map and the reference hold real numbers; otherwise classes.</extracomment>
        <translation>auto : des valeurs (values) si les métadonnées de la carte le disent, si elle a plusieurs bandes ou si la carte et la référence contiennent des nombres réels ; sinon des classes.</translation>
    </message>
    <message>
        <source>accuracy.mask.label</source>
        <extracomment>Mask of the pixels to judge</extracomment>
        <translation>Masque des pixels à évaluer</translation>
    </message>
    <message>
        <source>accuracy.mask.help</source>
        <extracomment>Only pixels where this raster is neither 0 nor nodata are judged, such as those under a cloud.</extracomment>
        <translation>Seuls sont évalués les pixels où ce raster ne vaut ni 0 ni nodata, par exemple ceux sous un nuage.</translation>
    </message>
    <message>
        <source>accuracy.matrix.label</source>
        <extracomment>Confusion matrix, or table of bands</extracomment>
        <translation>Matrice de confusion, ou table des bandes</translation>
    </message>
    <message>
        <source>accuracy.matrix.help</source>
        <extracomment>Rows are the reference, columns the map. For a map of values: a row of scores for each band.</extracomment>
        <translation>Les lignes sont la référence, les colonnes la carte. Pour une carte de valeurs : une ligne de mesures par bande.</translation>
    </message>
    <message>
        <source>accuracy.PSNR</source>
        <extracomment>Peak signal-to-noise ratio (dB)</extracomment>
        <translation>Rapport signal sur bruit de crête, PSNR (dB)</translation>
    </message>
    <message>
        <source>accuracy.SSIM</source>
        <extracomment>Structural similarity</extracomment>
        <translation>Similarité structurelle (SSIM)</translation>
    </message>
    <message>
        <source>accuracy.SAM</source>
        <extracomment>Spectral angle (degrees)</extracomment>
        <translation>Angle spectral (degrés)</translation>
    </message>
    <message>
        <source>comparemodels.title</source>
        <extracomment>Compare maps or models</extracomment>
        <translation>Comparer des cartes ou des modèles</translation>
    </message>
    <message>
        <source>comparemodels.help</source>
        <extracomment>Compares several maps on the same reference labels, or several models on the same patches, and shows whether they differ.

For maps, give MAPS and a reference. Only labelled pixels that lie on all maps are counted. For models, give MODELS with patches and their labels that none of them was trained on; stacks of several images must be cut around the same points. Networks see their patch around the center, forests the center pixel.

The table gives overall accuracy, kappa, macro-F1 and mean IoU of each, with 95 % intervals from a bootstrap over spatial blocks. The report and the table of pairs give the difference of each pair with its interval, and McNemar&apos;s test with p-values adjusted for the number of pairs (Holm).</extracomment>
        <translation>Compare plusieurs cartes sur les mêmes étiquettes de référence, ou plusieurs modèles sur les mêmes imagettes, et indique s&apos;ils diffèrent.

Pour des cartes, renseignez MAPS et une référence. Seuls comptent les pixels étiquetés présents sur toutes les cartes. Pour des modèles, renseignez MODELS avec des imagettes et leurs étiquettes, sur lesquelles aucun des modèles n&apos;a été entraîné ; les piles tirées de plusieurs images doivent avoir été découpées autour des mêmes points. Les réseaux voient leur imagette autour du centre, les forêts le pixel central.

La table donne pour chacun l&apos;exactitude globale, l&apos;indice kappa, le score F1 moyen (macro-F1) et l&apos;IoU moyen, avec des intervalles à 95 % obtenus par rééchantillonnage (bootstrap) de blocs spatiaux. Le rapport et la table des paires donnent la différence entre deux cartes ou modèles avec son intervalle, et le test de McNemar, dont les valeurs p sont ajustées au nombre de paires (Holm).</translation>
    </message>
    <message>
        <source>comparemodels.maps.label</source>
        <extracomment>Maps</extracomment>
        <translation>Cartes</translation>
    </message>
    <message>
        <source>comparemodels.maps.help</source>
        <extracomment>Maps of the same area; only pixels that lie on all of them are compared.</extracomment>
        <translation>Des cartes de la même zone ; seuls sont comparés les pixels présents sur toutes.</translation>
    </message>
    <message>
        <source>comparemodels.reference.label</source>
        <extracomment>Reference labels (raster)</extracomment>
        <translation>Étiquettes de référence (raster)</translation>
    </message>
    <message>
        <source>comparemodels.reference_features.label</source>
        <extracomment>Reference labels (features)</extracomment>
        <translation>Étiquettes de référence (entités)</translation>
    </message>
    <message>
        <source>comparemodels.models.label</source>
        <extracomment>Models, instead of maps</extracomment>
        <translation>Modèles, au lieu de cartes</translation>
    </message>
    <message>
        <source>comparemodels.models.help</source>
        <extracomment>.rlmodel files.</extracomment>
        <translation>Fichiers .rlmodel.</translation>
    </message>
    <message>
        <source>comparemodels.stacks.label</source>
        <extracomment>Patches to evaluate the models on</extracomment>
        <translation>Imagettes sur lesquelles évaluer les modèles</translation>
    </message>
    <message>
        <source>comparemodels.stacks.help</source>
        <extracomment>Patches that none of the models was trained on.</extracomment>
        <translation>Des imagettes sur lesquelles aucun des modèles n&apos;a été entraîné.</translation>
    </message>
    <message>
        <source>comparemodels.output.label</source>
        <extracomment>Table</extracomment>
        <translation>Table</translation>
    </message>
    <message>
        <source>comparemodels.output.help</source>
        <extracomment>A row for each map or model, with intervals.</extracomment>
        <translation>Une ligne par carte ou modèle, avec des intervalles.</translation>
    </message>
    <message>
        <source>comparemodels.pairs.label</source>
        <extracomment>Table of pairs</extracomment>
        <translation>Table des paires</translation>
    </message>
    <message>
        <source>comparemodels.pairs.help</source>
        <extracomment>A row for each pair: the difference, its interval, and McNemar&apos;s test.</extracomment>
        <translation>Une ligne par paire : la différence, son intervalle et le test de McNemar.</translation>
    </message>
    <message>
        <source>comparemodels.SAMPLE_COUNT</source>
        <extracomment>Number of samples</extracomment>
        <translation>Nombre d&apos;échantillons</translation>
    </message>
    <message>
        <source>comparemodels.DROPPED_COUNT</source>
        <extracomment>Number of pixels that are not on all maps</extracomment>
        <translation>Nombre de pixels absents d&apos;au moins une carte</translation>
    </message>
    <message>
        <source>degrade.title</source>
        <extracomment>Degrade an image (Wald&apos;s protocol)</extracomment>
        <translation>Dégrader une image (protocole de Wald)</translation>
    </message>
    <message>
        <source>degrade.help</source>
        <extracomment>Gives an image larger pixels, as a coarser sensor would have seen it.

In this way, super-resolution can be trained and evaluated without finer reference data (Wald&apos;s protocol): degrade the coarse bands (20 m to 40 m) and the fine ones (10 m to 20 m) by the ratio of their pixel sizes, train a network to predict the original coarse bands from both, compare its result with them in areas that it was not trained on, and apply the model to the original images.

Each pixel of the result is a mean of the pixels around its center, weighted by a Gaussian. Its width follows from the modulation transfer function (MTF) at the Nyquist frequency: the share of the contrast of a wave two coarse pixels long that the coarse sensor preserves, 0.1 to 0.4 for most sensors. Nothing is shifted: the edges of the larger pixels coincide with edges of the smaller ones.

A pixel is nodata if less than half of its weight lies on valid pixels. Columns and rows at the end that do not fill a whole pixel are left out. Data type, band names, scales and offsets are kept; integers are rounded.</extracomment>
        <translation>Donne à une image des pixels plus grands, comme un capteur plus grossier l&apos;aurait vue.

C&apos;est ainsi que l&apos;on peut entraîner et évaluer une super-résolution sans référence plus fine (protocole de Wald) : on dégrade les bandes grossières (de 20 m à 40 m) et les bandes fines (de 10 m à 20 m) du rapport de leurs tailles de pixel, on entraîne un réseau à prédire à partir des deux les bandes grossières d&apos;origine, on compare son résultat à celles-ci là où il n&apos;a pas été entraîné, puis on applique le modèle aux images d&apos;origine.

Chaque pixel du résultat est une moyenne des pixels autour de son centre, pondérée par une gaussienne. Sa largeur découle de la fonction de transfert de modulation (FTM, en anglais MTF) à la fréquence de Nyquist : la part du contraste d&apos;une onde longue de deux pixels grossiers que le capteur grossier conserve, de 0,1 à 0,4 pour la plupart des capteurs. Rien n&apos;est décalé : les bords des grands pixels coïncident avec des bords de petits pixels.

Un pixel est sans donnée (nodata) là où moins de la moitié de son poids repose sur des pixels valides. Les colonnes et les lignes de la fin qui ne remplissent pas un pixel sont laissées de côté. Le type de données, les noms des bandes, les échelles et les décalages sont conservés ; les entiers sont arrondis.</translation>
    </message>
    <message>
        <source>degrade.factor.label</source>
        <extracomment>Factor of the pixel size</extracomment>
        <translation>Facteur de la taille des pixels</translation>
    </message>
    <message>
        <source>degrade.factor.help</source>
        <extracomment>How many pixels along each side become one. 2 turns 10 m into 20 m.</extracomment>
        <translation>Combien de pixels, le long de chaque côté, n&apos;en font plus qu&apos;un. 2 fait passer de 10 m à 20 m.</translation>
    </message>
    <message>
        <source>degrade.mtf.label</source>
        <extracomment>Modulation transfer function at the Nyquist frequency</extracomment>
        <translation>Fonction de transfert de modulation à la fréquence de Nyquist</translation>
    </message>
    <message>
        <source>degrade.mtf.help</source>
        <extracomment>A number from 0.01 to 0.6 for all bands, or one for each, separated by commas: 0.28,0.25,0.3</extracomment>
        <translation>Un nombre de 0.01 à 0.6 pour toutes les bandes, ou un pour chacune, séparés par des virgules : 0.28,0.25,0.3</translation>
    </message>
    <message>
        <source>degrade.output.label</source>
        <extracomment>Degraded image</extracomment>
        <translation>Image dégradée</translation>
    </message>
    <message>
        <source>degrade.output.help</source>
        <extracomment>The image with larger pixels, from the same corner.</extracomment>
        <translation>L&apos;image aux pixels plus grands, à partir du même coin.</translation>
    </message>
    <message>
        <source>importmodel.title</source>
        <extracomment>Import a model</extracomment>
        <translation>Importer un modèle</translation>
    </message>
    <message>
        <source>importmodel.help</source>
        <extracomment>Makes a RasterLearn model from a TensorFlow SavedModel (from OTBTF, TensorFlow 1 or 2, or Keras) or from a Keras network (.keras). The graphs of OTBTF&apos;s tutorial need nothing but the file.

Without an output, the log lists what is in the model: its signatures and the names of its tensors. Then choose the inputs (one for each image) and outputs; the first output determines the classes, and “Apply a model” with the result “values” writes all of them. Names are those of the signature, of tensors (x:0) or of nodes (x). What is left empty is taken from the signature.

How large a patch the model needs (receptive field), how many cells it outputs for it (expression field) and how far apart these are (scale) is found out by running it on images. What you give is checked against that. A network whose outputs are 4 pixels apart makes maps fully convolutionally with scale 4, and patch by patch with scale 1.

To train a TensorFlow 1 graph further with its own training operation, name that operation (targets, such as optimizer) and the tensor of the labels (such as y). Placeholders are given values such as “lr=0.0002 is_training=false”.

No code from the model is run: only operations known to compute numbers from numbers are allowed; everything else is refused by name.</extracomment>
        <translation>Crée un modèle RasterLearn à partir d&apos;un SavedModel de TensorFlow (d&apos;OTBTF, de TensorFlow 1 ou 2, de Keras) ou d&apos;un réseau Keras (.keras).

Sans sortie, le journal énumère ce que contient le modèle : ses signatures et les noms de ses tenseurs. Choisissez ensuite les entrées (une par image) et les sorties ; la première sortie détermine les classes, et « Appliquer un modèle » avec le résultat « values » les écrit toutes. Les noms sont ceux de la signature, des tenseurs (x:0) ou des nœuds (x). Ce qui reste vide est tiré de la signature.

La taille d&apos;imagette (patch) dont le modèle a besoin (champ récepteur), le nombre de cellules qu&apos;il produit pour elle (champ d&apos;expression) et leur espacement (échelle) sont déterminés en l&apos;exécutant sur des images. Ce que vous indiquez est vérifié par comparaison. Un réseau dont les sorties sont espacées de 4 pixels produit des cartes de façon entièrement convolutive avec l&apos;échelle 4, et imagette par imagette avec l&apos;échelle 1.

Pour poursuivre l&apos;entraînement d&apos;un graphe TensorFlow 1 par sa propre opération d&apos;entraînement, indiquez celle-ci (cibles, par exemple optimizer) et le tenseur des étiquettes (par exemple y). Les placeholders reçoivent des valeurs telles que « lr=0.0002 is_training=false ».

Aucun code du modèle n&apos;est exécuté : seules sont permises des opérations connues pour calculer des nombres à partir de nombres ; tout le reste est refusé, avec son nom.</translation>
    </message>
    <message>
        <source>importmodel.model.label</source>
        <extracomment>Model to import</extracomment>
        <translation>Modèle à importer</translation>
    </message>
    <message>
        <source>importmodel.model.help</source>
        <extracomment>The file saved_model.pb in the folder of a SavedModel, or a .keras file.</extracomment>
        <translation>Le fichier saved_model.pb dans le dossier d&apos;un SavedModel, ou un fichier .keras.</translation>
    </message>
    <message>
        <source>importmodel.model.files</source>
        <extracomment>SavedModel, Keras network (saved_model.pb *.keras)</extracomment>
        <translation>SavedModel, réseau Keras (saved_model.pb *.keras)</translation>
    </message>
    <message>
        <source>importmodel.images.label</source>
        <extracomment>An image of the kind that the model is for</extracomment>
        <translation>Une image du type pour lequel le modèle est prévu</translation>
    </message>
    <message>
        <source>importmodel.images.help</source>
        <extracomment>Provides the names of the bands, the pixel size and the normalization that the model expects.</extracomment>
        <translation>Fournit les noms des bandes, la taille de pixel et la normalisation que le modèle attend.</translation>
    </message>
    <message>
        <source>importmodel.input_tensors.label</source>
        <extracomment>Input tensors</extracomment>
        <translation>Tenseurs d&apos;entrée</translation>
    </message>
    <message>
        <source>importmodel.input_tensors.help</source>
        <extracomment>One for each image.</extracomment>
        <translation>Un par image.</translation>
    </message>
    <message>
        <source>importmodel.output_tensors.label</source>
        <extracomment>Output tensors</extracomment>
        <translation>Tenseurs de sortie</translation>
    </message>
    <message>
        <source>importmodel.output_tensors.help</source>
        <extracomment>The first one determines the classes.</extracomment>
        <translation>Le premier détermine les classes.</translation>
    </message>
    <message>
        <source>importmodel.receptive_fields.label</source>
        <extracomment>Receptive field (pixels; 0 to find it)</extracomment>
        <translation>Champ récepteur (pixels ; 0 : à déterminer)</translation>
    </message>
    <message>
        <source>importmodel.receptive_fields.help</source>
        <extracomment>Side of the patch that an output depends on; checked against what is found.</extracomment>
        <translation>Côté de l&apos;imagette dont dépend une sortie ; comparé à ce qui est trouvé.</translation>
    </message>
    <message>
        <source>importmodel.receptive_fields.more.label</source>
        <extracomment>Receptive field of source {} (pixels; 0 to find it)</extracomment>
        <translation>Champ récepteur de la source {} (pixels ; 0 : à déterminer)</translation>
    </message>
    <message>
        <source>importmodel.receptive_fields.more.help</source>
        <extracomment>The same for this source.</extracomment>
        <translation>De même pour cette source.</translation>
    </message>
    <message>
        <source>importmodel.receptive_heights.label</source>
        <extracomment>Height of the receptive field, if not square</extracomment>
        <translation>Hauteur du champ récepteur, s&apos;il n&apos;est pas carré</translation>
    </message>
    <message>
        <source>importmodel.receptive_heights.help</source>
        <extracomment>Rows of the patch that an output depends on; 0 to find them.</extracomment>
        <translation>Lignes de l&apos;imagette dont dépend une sortie ; 0 pour les déterminer.</translation>
    </message>
    <message>
        <source>importmodel.receptive_heights.more.label</source>
        <extracomment>Height of the receptive field of source {}, if not square</extracomment>
        <translation>Hauteur du champ récepteur de la source {}, s&apos;il n&apos;est pas carré</translation>
    </message>
    <message>
        <source>importmodel.receptive_heights.more.help</source>
        <extracomment>The same for this source.</extracomment>
        <translation>La même chose pour cette source.</translation>
    </message>
    <message>
        <source>importmodel.expression_field.label</source>
        <extracomment>Expression field (cells; 0 to find it)</extracomment>
        <translation>Champ d&apos;expression (cellules ; 0 : à déterminer)</translation>
    </message>
    <message>
        <source>importmodel.expression_field.help</source>
        <extracomment>How many cells, side by side, the graph outputs for a patch.</extracomment>
        <translation>Nombre de cellules, côte à côte, que le graphe produit pour une imagette.</translation>
    </message>
    <message>
        <source>importmodel.scale.label</source>
        <extracomment>Pixels of the image per pixel of the map (0 to find it)</extracomment>
        <translation>Pixels de l&apos;image par pixel de la carte (0 : à déterminer)</translation>
    </message>
    <message>
        <source>importmodel.scale.help</source>
        <extracomment>4 makes a map with pixels four times as large, 0.5 one with pixels half as large.</extracomment>
        <translation>4 produit une carte dont les pixels sont quatre fois plus grands, 0.5 une carte dont les pixels sont deux fois plus petits.</translation>
    </message>
    <message>
        <source>importmodel.answer.label</source>
        <extracomment>What the first output contains</extracomment>
        <translation>Contenu de la première sortie</translation>
    </message>
    <message>
        <source>importmodel.answer.help</source>
        <extracomment>scores or probabilities of the classes, class values, or other values. A single number is a value; with probabilities or scores it is that of class 1 against class 0.</extracomment>
        <translation>scores ou probabilités des classes, valeurs de classe ou autres valeurs. Un nombre seul est une valeur ; avec des probabilités ou des scores, c&apos;est celui de la classe 1 contre la classe 0.</translation>
    </message>
    <message>
        <source>importmodel.signature.label</source>
        <extracomment>Signature</extracomment>
        <translation>Signature</translation>
    </message>
    <message>
        <source>importmodel.signature.help</source>
        <extracomment>One of those in the model; empty for the usual one.</extracomment>
        <translation>L&apos;une de celles du modèle ; vide pour la signature habituelle.</translation>
    </message>
    <message>
        <source>importmodel.placeholders.label</source>
        <extracomment>Placeholders</extracomment>
        <translation>Placeholders (entrées du graphe)</translation>
    </message>
    <message>
        <source>importmodel.placeholders.help</source>
        <extracomment>Values of other tensors, such as “is_training=false”.</extracomment>
        <translation>Valeurs d&apos;autres tenseurs, comme « is_training=false ».</translation>
    </message>
    <message>
        <source>importmodel.targets.label</source>
        <extracomment>Training operations</extracomment>
        <translation>Opérations d&apos;entraînement</translation>
    </message>
    <message>
        <source>importmodel.targets.help</source>
        <extracomment>For training the model further, such as optimizer.</extracomment>
        <translation>Pour poursuivre l&apos;entraînement, par exemple optimizer.</translation>
    </message>
    <message>
        <source>importmodel.labels_tensor.label</source>
        <extracomment>Tensor of the labels</extracomment>
        <translation>Tenseur des étiquettes</translation>
    </message>
    <message>
        <source>importmodel.labels_tensor.help</source>
        <extracomment>For training, such as y.</extracomment>
        <translation>Pour l&apos;entraînement, par exemple y.</translation>
    </message>
    <message>
        <source>importmodel.training_placeholders.label</source>
        <extracomment>Placeholders during training</extracomment>
        <translation>Placeholders pendant l&apos;entraînement</translation>
    </message>
    <message>
        <source>importmodel.training_placeholders.help</source>
        <extracomment>Such as “lr=0.0002 is_training=true”.</extracomment>
        <translation>Comme « lr=0.0002 is_training=true ».</translation>
    </message>
    <message>
        <source>importmodel.output.help</source>
        <extracomment>The model for “Apply a model”. Without it, the log merely lists what is in the file.</extracomment>
        <translation>Le modèle pour « Appliquer un modèle ». Sans cette sortie, le journal énumère seulement ce que contient le fichier.</translation>
    </message>
    <message>
        <source>importmodel.RECEPTIVE_FIELD</source>
        <extracomment>Receptive field</extracomment>
        <translation>Champ récepteur</translation>
    </message>
    <message>
        <source>importmodel.EXPRESSION_FIELD</source>
        <extracomment>Expression field</extracomment>
        <translation>Champ d&apos;expression</translation>
    </message>
    <message>
        <source>importmodel.SCALE</source>
        <extracomment>Scale</extracomment>
        <translation>Échelle</translation>
    </message>
    <message>
        <source>setupengine.title</source>
        <extracomment>Set up the engine</extracomment>
        <translation>Installer le moteur</translation>
    </message>
    <message>
        <source>setupengine.help</source>
        <extracomment>Creates the Python environment in which RasterLearn trains and maps, and checks it. QGIS itself is left unchanged.

The environment lies in your QGIS profile. The first time, about 0.5 GB is downloaded from PyPI (1.6 GB on disk; with GPU support about 3 and 8 GB). Running it again checks the environment, and creates it anew if the requirements or QGIS&apos;s Python have changed or the check fails.

Remove deletes the environment; QGIS and your models are kept. If this computer reaches the internet through a proxy, the one in QGIS&apos;s network settings is used.

Device: auto adds GPU support if an NVIDIA driver is found on Linux; cpu never does; gpu insists on it.</extracomment>
        <translation>Crée l&apos;environnement Python dans lequel RasterLearn entraîne les modèles et produit les cartes, et le vérifie. QGIS lui-même reste tel quel.

L&apos;environnement se trouve dans votre profil QGIS. La première fois, environ 0,5 Go sont téléchargés depuis PyPI (1,6 Go sur le disque ; avec la prise en charge des GPU, environ 3 et 8 Go). Une nouvelle exécution vérifie l&apos;environnement et le recrée si les paquets requis ou le Python de QGIS ont changé, ou si la vérification échoue.

Supprimer le moteur efface l&apos;environnement ; QGIS et vos modèles restent. Si cet ordinateur accède à Internet par un proxy, c&apos;est celui des options réseau de QGIS qui est utilisé.

Périphérique de calcul : auto ajoute la prise en charge des GPU si un pilote NVIDIA est trouvé sous Linux ; cpu ne l&apos;ajoute jamais ; gpu l&apos;exige.</translation>
    </message>
    <message>
        <source>setupengine.device.label</source>
        <extracomment>Device</extracomment>
        <translation>Périphérique de calcul</translation>
    </message>
    <message>
        <source>setupengine.device.help</source>
        <extracomment>auto adds GPU support if an NVIDIA driver is found on Linux.</extracomment>
        <translation>auto ajoute la prise en charge des GPU si un pilote NVIDIA est trouvé sous Linux.</translation>
    </message>
    <message>
        <source>setupengine.remove.label</source>
        <extracomment>Remove the engine</extracomment>
        <translation>Supprimer le moteur</translation>
    </message>
    <message>
        <source>setupengine.remove.help</source>
        <extracomment>Deletes the environment instead. Models and maps are kept.</extracomment>
        <translation>Supprime l&apos;environnement au lieu de le créer. Les modèles et les cartes restent.</translation>
    </message>
    <message>
        <source>setupengine.PYTHON</source>
        <extracomment>The engine&apos;s Python</extracomment>
        <translation>Python du moteur</translation>
    </message>
    <message>
        <source>setupengine.TENSORFLOW</source>
        <extracomment>TensorFlow version</extracomment>
        <translation>Version de TensorFlow</translation>
    </message>
    <message>
        <source>setupengine.DEVICES</source>
        <extracomment>Devices</extracomment>
        <translation>Périphériques de calcul</translation>
    </message>
</context>
<context>
    <name>RasterLearnEngine</name>
    <message>
        <source>  input {name}: {tensor}</source>
        <translation>  entrée {name} : {tensor}</translation>
    </message>
    <message>
        <source>  output {name}: {tensor}</source>
        <translation>  sortie {name} : {tensor}</translation>
    </message>
    <message>
        <source> (95 % interval {low:.4f} … {high:.4f})</source>
        <translation> (intervalle à 95 % : {low:.4f} … {high:.4f})</translation>
    </message>
    <message>
        <source> from column {column}, row {row}</source>
        <translation> à partir de la colonne {column}, ligne {row}</translation>
    </message>
    <message>
        <source> in 1 block</source>
        <translation> dans 1 bloc</translation>
    </message>
    <message>
        <source> in {count} blocks</source>
        <translation> dans {count} blocs</translation>
    </message>
    <message>
        <source> of source {number}</source>
        <translation> de la source {number}</translation>
    </message>
    <message>
        <source> where the mask “{mask}” is not 0</source>
        <translation> là où le masque « {mask} » n&apos;est pas 0</translation>
    </message>
    <message>
        <source>, or make the blocks larger</source>
        <translation>, ou agrandissez les blocs</translation>
    </message>
    <message>
        <source>A Random Forest has no features. Give a network, or another {p:result}.</source>
        <translation>Une forêt aléatoire n&apos;a pas de descripteurs. Indiquez un réseau, ou un autre {p:result}.</translation>
    </message>
    <message>
        <source>A Random Forest or an imported graph has no features. Give a network as {p:model}.</source>
        <translation>Une forêt aléatoire ou un graphe importé n&apos;a pas de descripteurs. Indiquez un réseau pour {p:model}.</translation>
    </message>
    <message>
        <source>A band of the target patches has no value that is not nodata, so nothing can be learned of it. Check the nodata value of the target image.</source>
        <translation>Une bande des imagettes cibles n&apos;a que des valeurs nulles (nodata), on ne peut donc rien en apprendre. Vérifiez la valeur nulle (nodata) de l&apos;image cible.</translation>
    </message>
    <message>
        <source>A block of {width} × {height} pixels does not fit into the memory; the map goes on with blocks of half that size. Give a smaller {p:block_size} to avoid the attempt.</source>
        <translation>Un bloc de {width} × {height} pixels ne tient pas en mémoire ; la cartographie se poursuit avec des blocs de moitié plus petits. Indiquez un {p:block_size} plus petit pour éviter cet essai.</translation>
    </message>
    <message>
        <source>A layer of this network cannot be written to an ONNX file. Export a SavedModel instead.</source>
        <translation>Une couche de ce réseau ne peut pas être écrite dans un fichier ONNX. Exportez plutôt un SavedModel.</translation>
    </message>
    <message>
        <source>A map of values is judged by one reference: give {p:reference}, and not {p:reference_features}.</source>
        <translation>Une carte de valeurs s&apos;évalue à l&apos;aide d&apos;une seule référence : indiquez {p:reference}, et non {p:reference_features}.</translation>
    </message>
    <message>
        <source>A model file ends in .rlmodel, received “{path}”.</source>
        <translation>Le nom d&apos;un fichier de modèle se termine par .rlmodel ; reçu : « {path} ».</translation>
    </message>
    <message>
        <source>A model of the kind “{kind}” cannot be exported as a SavedModel or ONNX file: its classes are decided by a Random Forest, which is no network. Export a network, or describe the model with STAC.</source>
        <translation>Un modèle du type « {kind} » ne peut pas être exporté en SavedModel ou en fichier ONNX : ses classes sont décidées par une forêt aléatoire, qui n&apos;est pas un réseau. Exportez un réseau, ou décrivez le modèle avec STAC.</translation>
    </message>
    <message>
        <source>A network that answers with an image needs all its sources on grids of the same pixel size. Resample them first (“Warp”).</source>
        <translation>Un réseau qui répond par une image exige que toutes ses sources aient des grilles de même taille de pixel. Rééchantillonnez-les d&apos;abord (« Projection (warp) »).</translation>
    </message>
    <message>
        <source>A set of images gives patches of one source with a class each. Leave {p:image_set} empty, or the other images ({p:images#2} …), {p:label_image} and {p:target_image}.</source>
        <translation>Un ensemble d&apos;images donne des imagettes d&apos;une seule source, avec une classe chacune. Laissez {p:image_set} vide, ou bien les autres images ({p:images#2} …), {p:label_image} et {p:target_image}.</translation>
    </message>
    <message>
        <source>A table of features was asked for, but the labels are a raster. Give {p:label_features}.</source>
        <translation>Une table des entités a été demandée, mais les étiquettes sont un raster. Indiquez {p:label_features}.</translation>
    </message>
    <message>
        <source>After {seconds:g} seconds worker {worker}, the chief, cannot be reached. Start all workers at the same time, and check the address; the log of one that has ended tells why.</source>
        <translation>Après {seconds:g} secondes, le processus {worker}, qui dirige, reste injoignable. Lancez tous les processus en même temps et vérifiez l&apos;adresse ; le journal de celui qui s&apos;est terminé dit pourquoi.</translation>
    </message>
    <message>
        <source>After {seconds:g} seconds worker(s) {workers} have not come. Start all workers at the same time; the log of one that has ended tells why.</source>
        <translation>Après {seconds:g} secondes, le ou les processus {workers} ne se sont pas présentés. Lancez tous les processus en même temps ; le journal de celui qui s&apos;est terminé dit pourquoi.</translation>
    </message>
    <message>
        <source>All clear pixels of “{image}” lie in gaps. Try another {p:seed}, or check the nodata value of “{mask}”, which makes gaps, too.</source>
        <translation>Tous les pixels clairs de « {image} » se trouvent dans des lacunes. Essayez un autre {p:seed}, ou vérifiez la valeur nulle (nodata) de « {mask} », qui produit aussi des lacunes.</translation>
    </message>
    <message>
        <source>All labels lie in {blocks} of {pixels} pixels, too few for {sets} sets. Make {p:block_pixels} smaller, or give validation labels of their own.</source>
        <translation>Toutes les étiquettes se trouvent dans {blocks} de {pixels} pixels, trop peu pour {sets} jeux. Réduisez {p:block_pixels}, ou indiquez des étiquettes de validation distinctes.</translation>
    </message>
    <message>
        <source>All labels of “{labels}” lie where patches of the image touch nodata in one of its bands. Samples are drawn there, but no patch can be cut from this image; check its bands and their nodata values.</source>
        <translation>Toutes les étiquettes de « {labels} » se trouvent là où les imagettes de l&apos;image touchent des pixels nodata dans l&apos;une de ses bandes. Des échantillons y sont tirés, mais aucune imagette ne peut être découpée dans cette image ; vérifiez ses bandes et leurs valeurs nodata.</translation>
    </message>
    <message>
        <source>All pixels of “{image}” are masked. Check {p:mask_values}, {p:mask_bits} and the nodata value of “{mask}”: nodata in a mask means not usable.</source>
        <translation>Tous les pixels de « {image} » sont masqués. Vérifiez {p:mask_values}, {p:mask_bits} et la valeur nulle (nodata) de « {mask} » : dans un masque, elle signifie inutilisable.</translation>
    </message>
    <message>
        <source>All points of the class(es) {classes} are rejected, so that these are lost. Select samples on the image with this patch size, or add labels where it has no nodata.</source>
        <translation>Tous les points de la ou des classes {classes} sont rejetés ; elles sont donc perdues. Sélectionnez les échantillons sur l&apos;image avec cette taille d&apos;imagette, ou ajoutez des étiquettes là où elle n&apos;a pas de nodata.</translation>
    </message>
    <message>
        <source>All {count} patches of {size} × {size} pixels in “{image}” have nodata, so none can be used. Check the nodata value ({p:nodata}), or choose smaller patches.</source>
        <translation>Les {count} imagettes de {size} × {size} pixels dans « {image} » ont toutes des pixels nodata ; aucune n&apos;est utilisable. Vérifiez la valeur nulle ({p:nodata}), ou choisissez des imagettes plus petites.</translation>
    </message>
    <message>
        <source>All {count} points of “{points}” lie outside “{image}” or {nodata}. Check that both show the same place.</source>
        <translation>Les {count} points de « {points} » se trouvent tous hors de « {image} » ou {nodata}. Vérifiez que les deux montrent le même endroit.</translation>
    </message>
    <message>
        <source>All {count} points of “{points}” were rejected: {rejected:; }. Check that the points lie on “{layers:”, “}”, and the nodata value.</source>
        <translation>Les {count} points de « {points} » ont tous été rejetés : {rejected: ; }. Vérifiez que les points se trouvent sur « {layers: », « } », ainsi que la valeur nulle (nodata).</translation>
    </message>
    <message>
        <source>An imported graph cannot be exported again as a SavedModel or ONNX file: give other programs the one that it was imported from, or describe the model with STAC.</source>
        <translation>Un graphe importé ne peut pas être exporté à nouveau en SavedModel ou en fichier ONNX : donnez aux autres programmes celui qui a été importé, ou décrivez le modèle avec STAC.</translation>
    </message>
    <message>
        <source>An imported graph has outputs, not features. Import it with the {p:output_tensors} that are wanted.</source>
        <translation>Un graphe importé a des sorties, pas de descripteurs. Importez-le avec les {p:output_tensors} voulues.</translation>
    </message>
    <message>
        <source>An imported graph is trained by its own operation, on one worker. Start it on one only.</source>
        <translation>Un graphe importé est entraîné par sa propre opération, par un seul processus. N&apos;en lancez qu&apos;un.</translation>
    </message>
    <message>
        <source>An imported graph learns classes; these patches are answered with values.</source>
        <translation>Un graphe importé apprend des classes ; la réponse à ces imagettes est faite de valeurs.</translation>
    </message>
    <message>
        <source>An output for validation samples was given, but no share of them: give {p:validation_percent}, or leave {p:validation} out.</source>
        <translation>Une sortie pour des échantillons de validation a été indiquée, mais pas leur part : indiquez {p:validation_percent}, ou ne renseignez pas {p:validation}.</translation>
    </message>
    <message>
        <source>Another worker</source>
        <translation>Un autre processus</translation>
    </message>
    <message>
        <source>Around each pixel this network needs {pixels} pixels, and it repeats itself after {period}; Deepness has no tiles for that. Export a SavedModel instead.</source>
        <translation>Autour de chaque pixel, ce réseau a besoin de {pixels} pixels, et il se répète après {period} ; Deepness n&apos;a pas de tuiles pour cela. Exportez plutôt un SavedModel.</translation>
    </message>
    <message>
        <source>Band {band} of the patches has values so large that nothing can be computed with them: their mean is {mean:g}. If they mean missing pixels, declare them as nodata of the image (“Translate”) and extract the patches again.</source>
        <translation>La bande {band} des imagettes a des valeurs si grandes que rien ne peut être calculé avec elles : leur moyenne est {mean:g}. Si elles signifient des pixels manquants, déclarez-les comme nodata de l&apos;image (« Convertir (changer de format) ») et extrayez de nouveau les imagettes.</translation>
    </message>
    <message>
        <source>Before training, so of the image that the network corrects: {accuracy}</source>
        <translation>Avant l&apos;entraînement, donc de l&apos;image que le réseau corrige : {accuracy}</translation>
    </message>
    <message>
        <source>Build it of plain layers: call the layers of inner networks one after the other, and leave augmentation to {p:augment}</source>
        <translation>Construisez-le avec de simples couches : appelez les couches des réseaux intérieurs l&apos;une après l&apos;autre, et laissez l&apos;augmentation à {p:augment}</translation>
    </message>
    <message>
        <source>Cancelled. {kept}</source>
        <translation>Annulé. {kept}</translation>
    </message>
    <message>
        <source>Check that nvidia-smi shows the GPU, update the driver, and {set_up_again}</source>
        <translation>Vérifiez que nvidia-smi montre le GPU, mettez le pilote à jour et {set_up_again}</translation>
    </message>
    <message>
        <source>Chosen: {chosen}.</source>
        <translation>Choix : {chosen}.</translation>
    </message>
    <message>
        <source>Classes: {classes}.</source>
        <translation>Classes : {classes}.</translation>
    </message>
    <message>
        <source>Close what else uses the GPU, or name another one in CUDA_VISIBLE_DEVICES</source>
        <translation>Fermez ce qui utilise aussi le GPU, ou nommez-en un autre dans CUDA_VISIBLE_DEVICES</translation>
    </message>
    <message>
        <source>Could not write the class names of “{name}”: check whether the disk is full or a quota is used up.</source>
        <translation>Impossible d&apos;écrire les noms de classes de « {name} » : vérifiez si le disque est plein ou un quota épuisé.</translation>
    </message>
    <message>
        <source>Could not write {paths}: {reason}.</source>
        <translation>Impossible d&apos;écrire {paths} : {reason}.</translation>
    </message>
    <message>
        <source>Could not write {paths}: {reason}. Check the permissions of the folder and of the files in it, and that no other program has them open.</source>
        <translation>Impossible d&apos;écrire {paths} : {reason}. Vérifiez les droits sur le dossier et sur les fichiers qu&apos;il contient, et qu&apos;aucun autre programme ne les a ouverts.</translation>
    </message>
    <message>
        <source>Could not write {paths}: {reason}. Make free space on the disk, or choose another folder.</source>
        <translation>Impossible d&apos;écrire {paths} : {reason}. Libérez de l&apos;espace sur le disque, ou choisissez un autre dossier.</translation>
    </message>
    <message>
        <source>Could not write “{name}”: its end is missing. Check whether the disk is full or a quota is used up, or choose another folder.</source>
        <translation>Impossible d&apos;écrire « {name} » : sa fin manque. Vérifiez si le disque est plein ou un quota épuisé, ou choisissez un autre dossier.</translation>
    </message>
    <message>
        <source>Could not write “{name}”: {reason}.</source>
        <translation>Impossible d&apos;écrire « {name} » : {reason}.</translation>
    </message>
    <message>
        <source>Could not write “{name}”: {reason}. Check whether the disk is full or a quota is used up, or choose another folder.</source>
        <translation>Impossible d&apos;écrire « {name} » : {reason}. Vérifiez si le disque est plein ou un quota épuisé, ou choisissez un autre dossier.</translation>
    </message>
    <message>
        <source>Could not write “{name}”: {reason}. The disk is full; free some space or choose another folder.</source>
        <translation>Impossible d&apos;écrire « {name} » : {reason}. Le disque est plein ; libérez de l&apos;espace ou choisissez un autre dossier.</translation>
    </message>
    <message>
        <source>Dense evaluation on {device}, compared with patch by patch on random pixels.</source>
        <translation>Évaluation dense sur {device}, comparée à l&apos;évaluation par imagette sur des pixels aléatoires.</translation>
    </message>
    <message>
        <source>Dry run, nothing is written. Map: {width} × {height} pixels of {pixel_width:g} × {pixel_height:g}, {bands} band(s) of {dtype}, up to {size:.2f} GB. {blocks} blocks of {block_size} × {block_size}. About {speed:.2f} Mpx/s on {device}: {duration}.</source>
        <translation>Essai à blanc, rien n&apos;est écrit. Carte : {width} × {height} pixels de {pixel_width:g} × {pixel_height:g}, {bands} bande(s) de {dtype}, jusqu&apos;à {size:.2f} Go. {blocks} blocs de {block_size} × {block_size}. Environ {speed:.2f} Mpx/s sur {device} : {duration}.</translation>
    </message>
    <message>
        <source>Each of “{p:options}” must be one option of sbatch such as --qos=long or --gres=gpu:a100:1, without blanks or quotes, received {option}.</source>
        <translation>Chacune des « {p:options} » doit être une option de sbatch, comme --qos=long ou --gres=gpu:a100:1, sans espaces ni guillemets ; reçu {option}.</translation>
    </message>
    <message>
        <source>Export it as a SavedModel instead – network.export(“folder”) in Python –, and import saved_model.pb in that folder</source>
        <translation>Exportez-le plutôt comme SavedModel – network.export(« dossier ») en Python –, et importez saved_model.pb dans ce dossier</translation>
    </message>
    <message>
        <source>Exported patch by patch, which is slow to map with: {reason}.</source>
        <translation>Exporté par imagette, ce qui rend la cartographie lente : {reason}.</translation>
    </message>
    <message>
        <source>File is not a zip file</source>
        <translation>ce n&apos;est pas un fichier zip</translation>
    </message>
    <message>
        <source>For Deepness: tiles of {side} × {side} pixels that overlap by {overlap} %; bands in this order: {bands}.</source>
        <translation>Pour Deepness : tuiles de {side} × {side} pixels qui se chevauchent de {overlap} % ; bandes dans cet ordre : {bands}.</translation>
    </message>
    <message>
        <source>For OTBTF: {fields:; }; expression field {columns} × {rows}; fully convolutional: {fully}.</source>
        <translation>Pour OTBTF : {fields: ; } ; champ d&apos;expression {columns} × {rows} ; entièrement convolutif : {fully}.</translation>
    </message>
    <message>
        <source>Found by changing parts of an image: its cells are {pitch} pixel(s) apart.</source>
        <translation>Trouvé en changeant des parties d&apos;une image : ses cellules sont distantes de {pitch} pixel(s).</translation>
    </message>
    <message>
        <source>Found by showing it images: each cell depends on {columns} columns of pixels, cells are {pitch} pixel(s) apart, {first} + {last} cells at the edges depend on where the image ends.</source>
        <translation>Déterminé en lui montrant des images : chaque cellule dépend de {columns} colonnes de pixels, les cellules sont espacées de {pitch} pixel(s), {first} + {last} cellules aux bords dépendent de l&apos;endroit où finit l&apos;image.</translation>
    </message>
    <message>
        <source>Fully convolutional evaluation on {device}.</source>
        <translation>Évaluation entièrement convolutive sur {device}.</translation>
    </message>
    <message>
        <source>Give both {p:validation_patches} and {p:validation_labels}, or neither.</source>
        <translation>Indiquez à la fois {p:validation_patches} et {p:validation_labels}, ou aucun des deux.</translation>
    </message>
    <message>
        <source>Give either maps ({p:maps}, with {p:reference} or {p:reference_features}) or models ({p:models}, with {p:stacks} and {p:labels}) to compare.</source>
        <translation>Indiquez soit des cartes ({p:maps}, avec {p:reference} ou {p:reference_features}), soit des modèles ({p:models}, avec {p:stacks} et {p:labels}) à comparer.</translation>
    </message>
    <message>
        <source>Give the field that holds the class of each feature ({p:field}).</source>
        <translation>Indiquez le champ qui contient la classe de chaque entité ({p:field}).</translation>
    </message>
    <message>
        <source>Give the image ({p:image}) whose pixels the features are laid over.</source>
        <translation>Indiquez l&apos;image ({p:image}) sur les pixels de laquelle les entités sont posées.</translation>
    </message>
    <message>
        <source>Give the images in one way: a list of rasters ({p:inputs}), a file that lists them ({p:image_set}), or a folder ({p:folder}).</source>
        <translation>Donnez les images d&apos;une seule façon : une liste de rasters ({p:inputs}), un fichier qui les liste ({p:image_set}), ou un dossier ({p:folder}).</translation>
    </message>
    <message>
        <source>Give the labels either as a raster ({p:labels}) or as features ({p:label_features}): exactly one of them.</source>
        <translation>Indiquez les étiquettes soit sous forme de raster ({p:labels}), soit sous forme d&apos;entités ({p:label_features}) : exactement l&apos;un des deux.</translation>
    </message>
    <message>
        <source>Give the patches ({p:stacks}) and their labels ({p:labels}) to judge the models on.</source>
        <translation>Indiquez les imagettes ({p:stacks}) et leurs étiquettes ({p:labels}) sur lesquelles évaluer les modèles.</translation>
    </message>
    <message>
        <source>Give validation labels or {p:validation_percent}, not both.</source>
        <translation>Indiquez des étiquettes de validation ou {p:validation_percent}, pas les deux.</translation>
    </message>
    <message>
        <source>Give {p:extent} or {p:box}, not both.</source>
        <translation>Indiquez {p:extent} ou {p:box}, pas les deux.</translation>
    </message>
    <message>
        <source>How large the pixels of “{image}” are on the ground is not known; the model learned from pixels of {expected}.</source>
        <translation>On ne sait pas quelle est la taille au sol des pixels de « {image} » ; le modèle a appris sur des pixels de {expected}.</translation>
    </message>
    <message>
        <source>How many bands the input “{input}” takes is not known. Give an image of its kind ({p:images}).</source>
        <translation>On ne sait pas combien de bandes accepte l&apos;entrée « {input} ». Indiquez une image de son type ({p:images}).</translation>
    </message>
    <message>
        <source>Image-to-image network: exported for images of any size.</source>
        <translation>Réseau d&apos;image à image : exporté pour des images de toute taille.</translation>
    </message>
    <message>
        <source>Image-to-image network: {needs}, on {device}.</source>
        <translation>Réseau d&apos;image à image : {needs}, sur {device}.</translation>
    </message>
    <message>
        <source>In “{points}”, the class {shared} {twice} stands for several classes ({others}): samples of layers whose texts were numbered separately were merged, or the field “class” was edited and “name” was not. Take the field “name” as the class, or select the samples of all layers with one {p:legend}.</source>
        <translation>Dans « {points} », {shared} de classe {twice} désigne plusieurs classes ({others}) : des échantillons de couches dont les textes ont été numérotés séparément ont été fusionnés, ou le champ « class » a été modifié et « name » ne l&apos;a pas été. Prenez le champ « name » comme classe, ou sélectionnez les échantillons de toutes les couches avec une même {p:legend}.</translation>
    </message>
    <message>
        <source>Input {name}: {sides: × }</source>
        <translation>Entrée {name} : {sides: × }</translation>
    </message>
    <message>
        <source>Install the driver, then {set_up_again}</source>
        <translation>Installez le pilote, puis {set_up_again}</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>c&apos;est un dossier</translation>
    </message>
    <message>
        <source>It answers with values: {values}.</source>
        <translation>Il répond par des valeurs : {values}.</translation>
    </message>
    <message>
        <source>It can be trained further by its own operation: import it with {p:targets}={target} and {p:labels_tensor}={labels}.</source>
        <translation>Son entraînement peut être poursuivi par sa propre opération : importez-le avec {p:targets}={target} et {p:labels_tensor}={labels}.</translation>
    </message>
    <message>
        <source>It is not known where the samples lie in an image: the parts follow their order in the file.</source>
        <translation>L&apos;emplacement des échantillons dans une image n&apos;est pas connu : les parties suivent leur ordre dans le fichier.</translation>
    </message>
    <message>
        <source>Its training operation is {target} ({p:targets}), its labels are {labels} ({p:labels_tensor}).</source>
        <translation>Son opération d&apos;entraînement est {target} ({p:targets}), ses étiquettes sont {labels} ({p:labels_tensor}).</translation>
    </message>
    <message>
        <source>Label pixels: {shares}</source>
        <translation>Pixels étiquetés : {shares}</translation>
    </message>
    <message>
        <source>Layers: {layers}</source>
        <translation>Couches : {layers}</translation>
    </message>
    <message>
        <source>Leakage audit (worst fold): {found}</source>
        <translation>Contrôle des fuites (pli le plus défavorable) : {found}</translation>
    </message>
    <message>
        <source>Leakage audit: {found}</source>
        <translation>Contrôle des fuites : {found}</translation>
    </message>
    <message>
        <source>Leakage audit: {found} {advice}</source>
        <translation>Contrôle des fuites : {found} {advice}</translation>
    </message>
    <message>
        <source>Line {number} of “{name}” asks for more samples of {class_name} than the {most:,} that are possible. Give a smaller number; more than there are means all.</source>
        <translation>La ligne {number} de « {name} » demande plus d&apos;échantillons que les {most:,} possibles pour {class_name}. Indiquez un nombre plus petit ; un nombre supérieur à ce qu&apos;il y a signifie tous.</translation>
    </message>
    <message>
        <source>Line {number} of “{name}” is “{cells}”; expected a class and a number of samples. The labels have the classes {classes}.</source>
        <translation>La ligne {number} de « {name} » est « {cells} » ; une classe et un nombre d&apos;échantillons sont attendus. Les étiquettes ont les classes {classes}.</translation>
    </message>
    <message>
        <source>Loading TensorFlow …</source>
        <translation>Chargement de TensorFlow …</translation>
    </message>
    <message>
        <source>Mean and standard deviation of {width} × {height} pixels are computed with the map.</source>
        <translation>La moyenne et l&apos;écart-type de {width} × {height} pixels sont calculés en même temps que la carte.</translation>
    </message>
    <message>
        <source>Model bands: {model_bands}; image bands: {image_bands}.</source>
        <translation>Bandes du modèle : {model_bands} ; bandes de l&apos;image : {image_bands}.</translation>
    </message>
    <message>
        <source>Models and patches of values cannot be compared here. Judge the map of each model by “Accuracy of a map”, against the same reference.</source>
        <translation>Des modèles et des imagettes de valeurs ne peuvent pas être comparés ici. Évaluez la carte de chaque modèle avec « Exactitude d&apos;une carte », sur la même référence.</translation>
    </message>
    <message>
        <source>Most values of “{image}” are of another kind than those that the model learned from: {bands:; }. {record}Give an image in the same units (reflectance, digital numbers, decibels …); or, if these values are right, confirm them with {p:pixel_values=unchanged}.</source>
        <translation>La plupart des valeurs de « {image} » sont d&apos;une autre nature que celles de l&apos;apprentissage du modèle : {bands:; }. {record}Indiquez une image dans les mêmes unités (réflectance, comptes numériques, décibels …) ; ou, si ces valeurs sont justes, confirmez-les avec {p:pixel_values=unchanged}.</translation>
    </message>
    <message>
        <source>Most values of “{image}” lie beyond those that the model learned from: {bands:; }. {record}The map may be worse than the report says: is it of another season, under clouds, or in other units?</source>
        <translation>La plupart des valeurs de « {image} » se situent au-delà de celles de l&apos;apprentissage du modèle : {bands:; }. {record}La carte peut être moins bonne que ne l&apos;indique le rapport : l&apos;image est-elle d&apos;une autre saison, sous les nuages, ou dans d&apos;autres unités ?</translation>
    </message>
    <message>
        <source>No clear pixel of “{image}” lies in a gap. Try another {p:seed}, or check {p:mask_values}.</source>
        <translation>Aucun pixel clair de « {image} » ne se trouve dans une lacune. Essayez un autre {p:seed}, ou vérifiez {p:mask_values}.</translation>
    </message>
    <message>
        <source>No feature of “{layer}” with a value in the field “{field}” has a geometry that covers anything. Expected polygons, lines or points: choose the layer that this one was made from.</source>
        <translation>Aucune entité de « {layer} » ayant une valeur dans le champ « {field} » n&apos;a de géométrie qui couvre quoi que ce soit. Attendu : des polygones, des lignes ou des points ; choisissez la couche dont celle-ci est issue.</translation>
    </message>
    <message>
        <source>No image was given. Expected at least one raster.</source>
        <translation>Aucune image n&apos;a été indiquée. Au moins un raster est attendu.</translation>
    </message>
    <message>
        <source>No image was given. Expected at least one.</source>
        <translation>Aucune image n&apos;a été donnée. Il en faut au moins une.</translation>
    </message>
    <message>
        <source>No image was given. Expected the raster whose values the points get ({p:images}).</source>
        <translation>Aucune image n&apos;a été indiquée. Attendu : le raster dont les points reçoivent les valeurs ({p:images}).</translation>
    </message>
    <message>
        <source>No label of “{labels}” lies inside the image. Check that both show the same place, and their coordinate reference systems.</source>
        <translation>Aucune étiquette de « {labels} » ne se trouve dans l&apos;image. Vérifiez que les deux montrent le même endroit, ainsi que leurs systèmes de coordonnées de référence.</translation>
    </message>
    <message>
        <source>No label of “{labels}” lies inside {room} (with a margin for the patch). Check that both show the same place, and that the patch is not larger than the image{larger}.</source>
        <translation>Aucune étiquette de « {labels} » ne se trouve dans {room} (avec une marge pour l&apos;imagette). Vérifiez que les deux montrent le même endroit, et que l&apos;imagette n&apos;est pas plus grande que l&apos;image{larger}.</translation>
    </message>
    <message>
        <source>No labelled pixel of “{labels}” lies on a mapped pixel of all of {maps}. Check that all show the same place.</source>
        <translation>Aucun pixel étiqueté de « {labels} » ne se trouve sur un pixel cartographié dans toutes ces cartes : {maps}. Vérifiez que toutes montrent le même endroit.</translation>
    </message>
    <message>
        <source>No labelled pixel of “{labels}” lies on a mapped pixel of “{map}”{where}. Check that both show the same place.</source>
        <translation>Aucun pixel étiqueté de « {labels} » ne se trouve sur un pixel cartographié de « {map} »{where}. Vérifiez que les deux montrent le même endroit.</translation>
    </message>
    <message>
        <source>No patch without nodata has a labelled pixel in “{labels}”, so there is nothing to balance. Check that the labels lie where the image has data.</source>
        <translation>Aucune imagette sans nodata n&apos;a de pixel étiqueté dans « {labels} » ; il n&apos;y a donc rien à équilibrer. Vérifiez que les étiquettes se trouvent là où l&apos;image a des données.</translation>
    </message>
    <message>
        <source>No pixel of the class(es) {classes} of “{labels}” was judged: how well these are mapped is not known, and the accuracy is that of the other classes.</source>
        <translation>Aucun pixel de la ou des classes {classes} de « {labels} » n&apos;a été jugé : on ne sait pas si elles sont bien cartographiées, et la précision est celle des autres classes.</translation>
    </message>
    <message>
        <source>No pixel of the class(es) {classes} of “{labels}” was judged: their features hold no center of a pixel, lie under those of other classes, or where nothing is judged. How well these are mapped is not known, and the accuracy is that of the other classes.</source>
        <translation>Aucun pixel de la ou des classes {classes} de « {labels} » n&apos;a été jugé : leurs entités ne contiennent aucun centre de pixel, se trouvent sous celles d&apos;autres classes, ou là où rien n&apos;est jugé. On ne sait pas si elles sont bien cartographiées, et la précision est celle des autres classes.</translation>
    </message>
    <message>
        <source>No pixel of “{image}” is valid in all of its {count} bands at once, so there are no statistics. Valid pixels: {bands}. Leave out the bands that have few, or fill their gaps first (“Fill gaps”).</source>
        <translation>Aucun pixel de « {image} » n&apos;est valide dans ses {count} bandes à la fois ; il n&apos;y a donc pas de statistiques. Pixels valides : {bands}. Laissez de côté les bandes qui en ont peu, ou comblez d&apos;abord leurs lacunes (« Combler les lacunes d&apos;une image »).</translation>
    </message>
    <message>
        <source>No point lies on the class(es) {classes} of “{labels}”, so these are lost where the field class is learned. Choose a smaller {p:step}, or, where the image has nodata, add labels elsewhere.</source>
        <translation>Aucun point ne tombe sur la ou les classes {classes} de « {labels} » ; elles sont donc perdues là où le champ class est appris. Choisissez un {p:step} plus petit ou, là où l&apos;image a du nodata, ajoutez des étiquettes ailleurs.</translation>
    </message>
    <message>
        <source>No sample would be drawn: what was asked for is too little for {classes} classes. Raise {p:count}, {p:percent} or the counts in {p:by_class}, whichever the strategy uses.</source>
        <translation>Aucun échantillon ne serait tiré : ce qui est demandé est trop peu pour {classes} classes. Augmentez {p:count}, {p:percent} ou les nombres de {p:by_class}, selon la stratégie.</translation>
    </message>
    <message>
        <source>No samples are drawn at {count:,} labelled pixels of “{labels}”, as a patch around them would touch nodata of the image.</source>
        <translation>Aucun échantillon n&apos;est tiré sur {count:,} pixels étiquetés de « {labels} », car une imagette autour d&apos;eux toucherait des pixels nodata de l&apos;image.</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>le disque est plein</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>aucun fichier ni dossier de ce nom</translation>
    </message>
    <message>
        <source>Nodata everywhere: {bands}. These bands are left out: they are 0 in every pixel of the normalized image, and in images that a model trained on it is applied to.</source>
        <translation>Nodata partout : {bands}. Ces bandes sont laissées de côté : elles valent 0 dans tous les pixels de l&apos;image normalisée, et dans les images auxquelles est appliqué un modèle entraîné sur elle.</translation>
    </message>
    <message>
        <source>None of the {count} images could be mapped. The first one, “{image}”: {message}</source>
        <translation>Aucune des {count} images n&apos;a pu être cartographiée. La première, « {image} » : {message}</translation>
    </message>
    <message>
        <source>Nothing to export: give at least one of the outputs {p:saved_model}, {p:onnx} and {p:stac}.</source>
        <translation>Rien à exporter : indiquez au moins une des sorties {p:saved_model}, {p:onnx} et {p:stac}.</translation>
    </message>
    <message>
        <source>Nothing was written.</source>
        <translation>Rien n&apos;a été écrit.</translation>
    </message>
    <message>
        <source>One of training and validation set has a label for each patch, the other one for each pixel. Extract both with {p:label_image}, or both without.</source>
        <translation>Des deux jeux, entraînement et validation, l&apos;un a une étiquette par imagette et l&apos;autre une par pixel. Extrayez les deux avec {p:label_image}, ou les deux sans.</translation>
    </message>
    <message>
        <source>One of training and validation set is answered with classes, the other one with values. Extract both with {p:target_image}, or both without.</source>
        <translation>L&apos;un des jeux d&apos;apprentissage et de validation a des classes pour réponse, l&apos;autre des valeurs. Extrayez les deux avec {p:target_image}, ou les deux sans.</translation>
    </message>
    <message>
        <source>Operations without a result: {names}.</source>
        <translation>Opérations sans résultat : {names}.</translation>
    </message>
    <message>
        <source>Other tensors: {names}.</source>
        <translation>Autres tenseurs : {names}.</translation>
    </message>
    <message>
        <source>Output: {sides: × }</source>
        <translation>Sortie : {sides: × }</translation>
    </message>
    <message>
        <source>Patch network: exported densely, for images of any size; compared with patch by patch on random pixels.</source>
        <translation>Réseau d&apos;imagettes : exporté sous forme dense, pour des images de toute taille ; comparé à l&apos;évaluation par imagette sur des pixels aléatoires.</translation>
    </message>
    <message>
        <source>Patch-by-patch evaluation on {device}.</source>
        <translation>Évaluation par imagette sur {device}.</translation>
    </message>
    <message>
        <source>Patches are answered with classes or with values. Give {p:label_image} or {p:target_image}, not both.</source>
        <translation>La réponse à une imagette est faite de classes ou de valeurs. Indiquez {p:label_image} ou {p:target_image}, pas les deux.</translation>
    </message>
    <message>
        <source>Patches of different sets overlap by up to {overlap} of {size} columns or rows, so that accuracies come out too high: {p:step} is smaller than {p:patch_size}. A {p:step} of at least {size} avoids it.</source>
        <translation>Des imagettes de jeux différents se chevauchent jusqu&apos;à {overlap} colonnes ou lignes sur {size}, ce qui rend les exactitudes trop élevées : {p:step} est inférieur à {p:patch_size}. Un {p:step} d&apos;au moins {size} l&apos;évite.</translation>
    </message>
    <message>
        <source>Patches: {counts}</source>
        <translation>Imagettes : {counts}</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>accès refusé</translation>
    </message>
    <message>
        <source>Placeholders: {names}.</source>
        <translation>Placeholders : {names}.</translation>
    </message>
    <message>
        <source>Points are written as GeoPackage: expected a file name ending in .gpkg, received “{path}”.</source>
        <translation>Les points sont écrits en GeoPackage : un nom de fichier se terminant par .gpkg est attendu ; reçu : « {path} ».</translation>
    </message>
    <message>
        <source>Points that the network itself was trained on are not known here: validate with others.</source>
        <translation>Les points sur lesquels le réseau lui-même a été entraîné ne sont pas connus ici : validez avec d&apos;autres.</translation>
    </message>
    <message>
        <source>RASTERLEARN_PORT must be a number from 1024 to {highest}, as {tasks} task(s) of a node need a port each, received {received}. Give another one.</source>
        <translation>RASTERLEARN_PORT doit être un nombre de 1024 à {highest}, car {tasks} tâche(s) d&apos;un nœud ont besoin chacune d&apos;un port ; reçu {received}. Indiquez-en un autre.</translation>
    </message>
    <message>
        <source>RMSE {rmse:.6g}, MAE {mae:.6g}, bias {bias:.6g}</source>
        <translation>RMSE {rmse:.6g}, MAE {mae:.6g}, biais {bias:.6g}</translation>
    </message>
    <message>
        <source>RPCs</source>
        <translation>RPC</translation>
    </message>
    <message>
        <source>RasterLearn exported this model; what it wrote beside it fills in what you left out.</source>
        <translation>RasterLearn a exporté ce modèle ; ce qu&apos;il a écrit à côté complète ce que vous n&apos;avez pas indiqué.</translation>
    </message>
    <message>
        <source>Receptive field {width} × {height} pixels, expression field {columns} × {rows}, scale {scale}. Classes: {classes}.</source>
        <translation>Champ récepteur {width} × {height} pixels, champ d&apos;expression {columns} × {rows}, échelle {scale}. Classes : {classes}.</translation>
    </message>
    <message>
        <source>Remove the variable or name an existing GPU in it</source>
        <translation>Supprimez la variable ou nommez-y un GPU existant</translation>
    </message>
    <message>
        <source>SavedModel “{name}”, made with TensorFlow {version}.</source>
        <translation>SavedModel « {name} », produit avec TensorFlow {version}.</translation>
    </message>
    <message>
        <source>Scale and offset of {bands} are recorded only in one of “{image}” and {expected}, so that these bands are taken as they are, beside others that are converted. Check that it is right, or record them (gdal_edit.py -scale … -offset …).</source>
        <translation>L&apos;échelle et le décalage de {bands} ne sont enregistrés que pour l&apos;une des deux, « {image} » ou {expected} ; ces bandes sont donc prises telles quelles, à côté d&apos;autres qui sont converties. Vérifiez que c&apos;est juste, ou enregistrez-les (gdal_edit.py -scale … -offset …).</translation>
    </message>
    <message>
        <source>Several images ({p:images#2} …) are for the sources of a model: give {p:model}, or one image.</source>
        <translation>Plusieurs images ({p:images#2} …) servent aux sources d&apos;un modèle : indiquez {p:model}, ou une seule image.</translation>
    </message>
    <message>
        <source>Signature “{name}”:</source>
        <translation>Signature « {name} » :</translation>
    </message>
    <message>
        <source>Slurm does not take the jobs of the workers: {reason} Correct {file}.</source>
        <translation>Slurm n&apos;accepte pas les tâches des processus : {reason} Corrigez {file}.</translation>
    </message>
    <message>
        <source>Slurm has not dealt the tasks out to the nodes in blocks, so their addresses are not known. Start them with srun --distribution=block, or give each of them TF_CONFIG.</source>
        <translation>Slurm n&apos;a pas réparti les tâches par blocs sur les nœuds, leurs adresses ne sont donc pas connues. Lancez-les par srun --distribution=block, ou donnez TF_CONFIG à chacune.</translation>
    </message>
    <message>
        <source>Slurm&apos;s variables contradict each other: task {index} of {count} on {nodes} node(s) with {tasks} task(s). Start the workers with srun, or give each of them TF_CONFIG.</source>
        <translation>Les variables de Slurm se contredisent : tâche {index} sur {count}, {nodes} nœud(s) avec {tasks} tâche(s). Lancez les processus par srun, ou donnez TF_CONFIG à chacun.</translation>
    </message>
    <message>
        <source>Submit it with: sbatch {output}</source>
        <translation>À soumettre par : sbatch {output}</translation>
    </message>
    <message>
        <source>Temperature {temperature:.3f}: scores are divided by it, so that probabilities are honest.</source>
        <translation>Température {temperature:.3f} : les scores sont divisés par elle, afin que les probabilités disent vrai.</translation>
    </message>
    <message>
        <source>TensorFlow cannot join the workers: {reason}. The log of one that has ended tells why; start all workers again.</source>
        <translation>TensorFlow ne peut pas réunir les processus : {reason}. Le journal de celui qui s&apos;est terminé dit pourquoi ; relancez tous les processus.</translation>
    </message>
    <message>
        <source>TensorFlow cannot load the graph in the model file: {reason}.</source>
        <translation>TensorFlow ne peut pas charger le graphe dans le fichier du modèle : {reason}.</translation>
    </message>
    <message>
        <source>TensorFlow cannot start it ({reason})</source>
        <translation>TensorFlow ne peut pas le démarrer ({reason})</translation>
    </message>
    <message>
        <source>TensorFlow had started before the GPU was chosen and may take all of its memory, also QGIS&apos;s share.</source>
        <translation>TensorFlow avait démarré avant le choix du GPU et peut en prendre toute la mémoire, y compris la part de QGIS.</translation>
    </message>
    <message>
        <source>TensorFlow lists no GPU, and the variable CUDA_VISIBLE_DEVICES is “{variable}”, which may hide it</source>
        <translation>TensorFlow ne trouve aucun GPU, et la variable CUDA_VISIBLE_DEVICES vaut « {variable} », ce qui peut le masquer</translation>
    </message>
    <message>
        <source>TensorFlow lists no GPU; the driver or CUDA&apos;s libraries are missing or too old, or the GPU is</source>
        <translation>TensorFlow ne trouve aucun GPU ; le pilote ou les bibliothèques de CUDA manquent ou sont trop anciens, ou bien le GPU l&apos;est</translation>
    </message>
    <message>
        <source>The CPU is used although this machine seems to have a GPU: {reason}. {remedy}.</source>
        <translation>Le CPU est utilisé bien que cette machine semble avoir un GPU : {reason}. {remedy}.</translation>
    </message>
    <message>
        <source>The Dask scheduler or its workers do not know RasterLearn, or another version of it. Start all of them with --preload worker.py, the file beside engine.py.</source>
        <translation>L&apos;ordonnanceur Dask ou ses nœuds de calcul ne connaissent pas RasterLearn, ou en connaissent une autre version. Démarrez-les tous avec --preload worker.py, le fichier placé à côté de engine.py.</translation>
    </message>
    <message>
        <source>The Dask scheduler “{cluster}” cannot be reached: {reason}.</source>
        <translation>L&apos;ordonnanceur Dask « {cluster} » est injoignable : {reason}.</translation>
    </message>
    <message>
        <source>The Dask scheduler “{scheduler}” is gone, and the job with it. Start the scheduler and its workers again; with {p:resume} the same job then goes on.</source>
        <translation>L&apos;ordonnanceur Dask « {scheduler} » a disparu, et la tâche avec lui. Relancez l&apos;ordonnanceur et ses nœuds de calcul ; avec {p:resume}, la même tâche reprend alors.</translation>
    </message>
    <message>
        <source>The Keras network “{path}” cannot be read: {reason}.</source>
        <translation>Le réseau Keras « {path} » ne peut pas être lu : {reason}.</translation>
    </message>
    <message>
        <source>The SavedModel “{model}” has no value for the variable “{variable}”. Export it again.</source>
        <translation>Le SavedModel « {model} » n&apos;a pas de valeur pour la variable « {variable} ». Exportez-le à nouveau.</translation>
    </message>
    <message>
        <source>The SavedModel “{model}” holds no graph. Export it again.</source>
        <translation>Le SavedModel « {model} » ne contient pas de graphe. Exportez-le à nouveau.</translation>
    </message>
    <message>
        <source>The SavedModel “{model}” is damaged: {reason}. Export it again.</source>
        <translation>Le SavedModel « {model} » est endommagé : {reason}. Exportez-le à nouveau.</translation>
    </message>
    <message>
        <source>The accuracy on these validation samples is too good. “Select samples” with {p:validation_percent} sets aside blocks that share no pixel with the training patches.</source>
        <translation>L&apos;exactitude sur ces échantillons de validation est trop élevée. « Sélectionner des échantillons » avec {p:validation_percent} met de côté des blocs qui n&apos;ont aucun pixel en commun avec les imagettes d&apos;entraînement.</translation>
    </message>
    <message>
        <source>The architecture {architecture}</source>
        <translation>L&apos;architecture {architecture}</translation>
    </message>
    <message>
        <source>The architecture {architecture} answers a patch with one class, but the patches are to be answered with patches of values. Choose one that answers with an image: {architectures}.</source>
        <translation>L&apos;architecture {architecture} répond à une imagette par une classe, mais la réponse attendue est faite d&apos;imagettes de valeurs. Choisissez-en une qui répond par une image : {architectures}.</translation>
    </message>
    <message>
        <source>The architecture {architecture} cannot be built for patches of {sizes: and } pixels: {reason}</source>
        <translation>L&apos;architecture {architecture} ne peut pas être construite pour des imagettes de {sizes: et } pixels : {reason}</translation>
    </message>
    <message>
        <source>The architecture {architecture} cannot be built for patches of {sizes: and } pixels: {reason} Extract patches whose sides are multiples of 16 pixels.</source>
        <translation>L&apos;architecture {architecture} ne peut pas être construite pour des imagettes de {sizes: et } pixels : {reason} Extrayez des imagettes dont les côtés sont des multiples de 16 pixels.</translation>
    </message>
    <message>
        <source>The architecture {architecture} looks at {expected} image(s), received patches of {received}. Give {p:patches#2} … as it needs, or choose another architecture.</source>
        <translation>L&apos;architecture {architecture} regarde {expected} image(s) ; reçu : des imagettes de {received}. Indiquez {p:patches#2} … selon ses besoins, ou choisissez une autre architecture.</translation>
    </message>
    <message>
        <source>The architecture {architecture} needs patches{of_source} of at least {side} × {side} pixels, received {width} × {height}. Extract larger patches.</source>
        <translation>L&apos;architecture {architecture} a besoin d&apos;imagettes{of_source} d&apos;au moins {side} × {side} pixels ; reçu : {width} × {height}. Extrayez des imagettes plus grandes.</translation>
    </message>
    <message>
        <source>The architecture {architecture} restores images: it learns from patches of values. Extract patches with a {p:target_image}, or choose another architecture.</source>
        <translation>L&apos;architecture {architecture} restaure des images : elle apprend d&apos;imagettes de valeurs. Extrayez des imagettes avec une {p:target_image}, ou choisissez une autre architecture.</translation>
    </message>
    <message>
        <source>The attribute table of “{about}” has the columns {columns}, of which it is not known which holds the values and which the names of the classes: it is not used. Name them Value and Class_Name.</source>
        <translation>La table d&apos;attributs de « {about} » a les colonnes {columns}, dont on ne sait pas laquelle contient les valeurs et laquelle les noms des classes : elle n&apos;est pas utilisée. Nommez-les Value et Class_Name.</translation>
    </message>
    <message>
        <source>The band “{band}” cannot be normalized with {p:method}={method}, which divides by the largest value and is for positive values: its largest value is {maximum:g} (its smallest one {minimum:g}). Choose {p:method=percentile} or standard.</source>
        <translation>La bande « {band} » ne peut pas être normalisée avec {p:method}={method}, qui divise par la plus grande valeur et convient à des valeurs positives : sa plus grande valeur est {maximum:g} (la plus petite {minimum:g}). Choisissez {p:method=percentile} ou standard.</translation>
    </message>
    <message>
        <source>The band “{band}” cannot be normalized with {p:method}={method}: its percentiles {lower:g} and {upper:g} are both {value:g}, as most pixels have this value (all of them {minimum:g} … {maximum:g}). Choose {p:method=standard} or minmax, percentages that are further apart ({p:lower}, {p:upper}), or leave the band out.</source>
        <translation>La bande « {band} » ne peut pas être normalisée avec {p:method}={method} : ses percentiles {lower:g} et {upper:g} valent tous deux {value:g}, car la plupart des pixels ont cette valeur (tous : {minimum:g} … {maximum:g}). Choisissez {p:method=standard} ou minmax, des pourcentages plus éloignés ({p:lower}, {p:upper}), ou laissez la bande de côté.</translation>
    </message>
    <message>
        <source>The band “{band}” cannot be normalized with {p:method}={method}: its values {minimum:g} … {maximum:g} are too large or too close together to compute with. If one of them stands for nodata, record that in the image.</source>
        <translation>La bande « {band} » ne peut pas être normalisée avec {p:method}={method} : ses valeurs {minimum:g} … {maximum:g} sont trop grandes ou trop proches les unes des autres pour le calcul. Si l&apos;une d&apos;elles signifie nodata, enregistrez-le dans l&apos;image.</translation>
    </message>
    <message>
        <source>The band(s) {bands} are nodata everywhere in the images of one of two sets, so that they are left out there only, and the sets cannot be compared. Extract both from images without these bands.</source>
        <translation>La ou les bandes {bands} sont nodata partout dans les images d&apos;un seul des deux jeux ; elles n&apos;y sont donc laissées de côté que là, et les jeux ne peuvent pas être comparés. Extrayez les deux d&apos;images sans ces bandes.</translation>
    </message>
    <message>
        <source>The bands of “{image}” have different nodata values ({values}), which a GeoTIFF cannot have. Give all bands the same one first (“Translate”).</source>
        <translation>Les bandes de « {image} » ont des valeurs nulles (nodata) différentes ({values}), ce qu&apos;un GeoTIFF ne permet pas. Donnez d&apos;abord la même à toutes (« Convertir (changer de format) »).</translation>
    </message>
    <message>
        <source>The bands of “{image}” have different nodata values: {values}. Expected one for all bands of a target image. Translate it first (“Translate”, assign nodata).</source>
        <translation>Les bandes de « {image} » ont des valeurs nulles (nodata) différentes : {values}. Attendu : une seule pour toutes les bandes d&apos;une image cible. Convertissez-la d&apos;abord (« Translate », attribuer une valeur nulle (nodata)).</translation>
    </message>
    <message>
        <source>The cells of the model seem to lie {pitch} pixel(s) apart. With {p:scale}={scale} the map may show things where they are not.</source>
        <translation>Les cellules du modèle semblent distantes de {pitch} pixel(s). Avec {p:scale}={scale}, la carte peut montrer les choses là où elles ne sont pas.</translation>
    </message>
    <message>
        <source>The certificate of the cluster cannot be made: {reason}</source>
        <translation>Le certificat de la grappe ne peut pas être créé : {reason}</translation>
    </message>
    <message>
        <source>The class values {lowest} … {highest} do not fit a raster of 32-bit integers.</source>
        <translation>Les valeurs de classe {lowest} … {highest} ne tiennent pas dans un raster d&apos;entiers de 32 bits.</translation>
    </message>
    <message>
        <source>The class {attribute} {repeated} stands for more than one class. Give each class its own {attribute}.</source>
        <translation>Une même indication ({attribute} {repeated}) désigne plusieurs classes. Donnez à chaque classe la sienne ({attribute}).</translation>
    </message>
    <message>
        <source>The class “{name}” has no pixel in the blocks of: {sets}.</source>
        <translation>La classe « {name} » n&apos;a aucun pixel dans les blocs de : {sets}.</translation>
    </message>
    <message>
        <source>The class “{name}” has no pixel whose patch lies inside {room}; it is left out.</source>
        <translation>La classe « {name} » n&apos;a aucun pixel dont l&apos;imagette tienne dans {room} ; elle est écartée.</translation>
    </message>
    <message>
        <source>The class “{name}” has only {pixels} pixels ({set}) instead of the {count} asked for; all of them are taken.</source>
        <translation>La classe « {name} » n&apos;a que {pixels} pixels ({set}) au lieu des {count} demandés ; tous sont pris.</translation>
    </message>
    <message>
        <source>The class “{name}” has only {pixels} pixels ({set}), so that many are taken of every class instead of {count}. {p:strategy=total} or all keeps the others larger.</source>
        <translation>La classe « {name} » n&apos;a que {pixels} pixels ({set}), si bien que chaque classe en fournit autant au lieu de {count}. {p:strategy=total} ou all laisse les autres plus grandes.</translation>
    </message>
    <message>
        <source>The classes of “{labels}” are texts ({texts}), none of which is a class of “{map}” ({classes}), so it is not known which values of the map they are. If the map was copied, copy its .aux.xml and .qml, too: they hold the names of its classes. Else give the reference the values of the map.</source>
        <translation>Les classes de « {labels} » sont des textes ({texts}), dont aucun n&apos;est une classe de « {map} » ({classes}) ; on ne sait donc pas à quelles valeurs de la carte ils correspondent. Si la carte a été copiée, copiez aussi ses fichiers .aux.xml et .qml : ils contiennent les noms de ses classes. Sinon, donnez à la référence les valeurs de la carte.</translation>
    </message>
    <message>
        <source>The condition “{condition}” for “{layer}” is not understood: {reason}. Expected SQL as after WHERE, such as class = 3. For all else, export the layer first.</source>
        <translation>La condition « {condition} » pour « {layer} » n&apos;est pas comprise : {reason}. Attendu : du SQL comme après WHERE, par exemple class = 3. Pour tout le reste, exportez d&apos;abord la couche.</translation>
    </message>
    <message>
        <source>The coordinate reference system “{crs}” for “{image}” is not understood. Expected a code such as EPSG:32633, or WKT.</source>
        <translation>Le système de coordonnées de référence « {crs} » pour « {image} » n&apos;est pas compris. Attendu : un code comme EPSG:32633, ou du WKT.</translation>
    </message>
    <message>
        <source>The dense evaluation of this network differs from patch by patch by {difference:.1e} of the largest score, more than rounding ({tolerance:.0e}). Use {p:mode=patch}, and please report it with the model file.</source>
        <translation>L&apos;évaluation dense de ce réseau diffère de celle par imagette de {difference:.1e} du plus grand score, plus que les arrondis ({tolerance:.0e}). Utilisez {p:mode=patch} et signalez-le en joignant le fichier du modèle.</translation>
    </message>
    <message>
        <source>The description in “{name}” is damaged: {reason:part}. Train the model again.</source>
        <translation>La description dans « {name} » est endommagée : {reason:part}. Entraînez à nouveau le modèle.</translation>
    </message>
    <message>
        <source>The description of a source is malformed: {reason:part}. The file was not written by RasterLearn.</source>
        <translation>La description d&apos;une source est mal formée : {reason:part}. Le fichier n&apos;a pas été écrit par RasterLearn.</translation>
    </message>
    <message>
        <source>The description of a target is malformed: {reason:part}. The file was not written by RasterLearn.</source>
        <translation>La description d&apos;une cible est mal formée : {reason:part}. Le fichier n&apos;a pas été écrit par RasterLearn.</translation>
    </message>
    <message>
        <source>The description of the graph in the model file is damaged: {reason}. Import the model again.</source>
        <translation>La description du graphe dans le fichier du modèle est endommagée : {reason}. Importez à nouveau le modèle.</translation>
    </message>
    <message>
        <source>The description {file} of “{model}” is damaged: {reason}. Export the model again, or delete that file.</source>
        <translation>La description {file} de « {model} » est endommagée : {reason}. Exportez à nouveau le modèle, ou supprimez ce fichier.</translation>
    </message>
    <message>
        <source>The engine at {python} cannot load {library}: {reason}. Run “Set up the engine” (rasterlearn:setupengine) to create it again.</source>
        <translation>Le moteur dans {python} ne peut pas charger {library} : {reason}. Exécutez « Installer le moteur » (rasterlearn:setupengine) pour le recréer.</translation>
    </message>
    <message>
        <source>The engine cannot write ONNX files: {reason}. It was set up by an older RasterLearn: run “Set up the engine” (rasterlearn:setupengine) again.</source>
        <translation>Le moteur ne peut pas écrire de fichiers ONNX : {reason}. Il a été installé par un RasterLearn plus ancien : exécutez à nouveau « Installer le moteur » (rasterlearn:setupengine).</translation>
    </message>
    <message>
        <source>The entry “{name}” of {what} has {size} bytes; at most {maximum} are read.</source>
        <translation>L&apos;entrée « {name} » de {what} a {size} octets ; au plus {maximum} sont lus.</translation>
    </message>
    <message>
        <source>The entry “{name}” of {what} is of another size than declared.</source>
        <translation>L&apos;entrée « {name} » de {what} n&apos;a pas la taille déclarée.</translation>
    </message>
    <message>
        <source>The entry “{name}” of {what} {fault}. Do not use this file.</source>
        <translation>L&apos;entrée « {name} » de {what} {fault}. N&apos;utilisez pas ce fichier.</translation>
    </message>
    <message>
        <source>The features of this network are an image of {shape} for each patch; expected one row of numbers. Give a network that answers a patch with one class.</source>
        <translation>Les descripteurs de ce réseau sont, pour chaque imagette, une image de {shape} ; une ligne de nombres est attendue. Indiquez un réseau qui répond à une imagette par une seule classe.</translation>
    </message>
    <message>
        <source>The field “{field}” of “{name}” has decimal numbers, or numbers beyond 64 bits, such as {value:g}; expected whole numbers or text as classes. Choose another field.</source>
        <translation>Le champ « {field} » de « {name} » a des nombres décimaux, ou des nombres au-delà de 64 bits, comme {value:g} ; des nombres entiers ou du texte sont attendus comme classes. Choisissez un autre champ.</translation>
    </message>
    <message>
        <source>The fields {fields} of “{points}” must be numbers.</source>
        <translation>Les champs {fields} de « {points} » doivent être des nombres.</translation>
    </message>
    <message>
        <source>The file “{path}” holds no bands by itself. Choose one of its subdatasets.</source>
        <translation>Le fichier « {path} » ne contient pas lui-même de bandes. Choisissez l&apos;un de ses sous-jeux de données.</translation>
    </message>
    <message>
        <source>The folder “{folder}” does not exist. Expected a folder of rasters ({p:folder}).</source>
        <translation>Le dossier « {folder} » n&apos;existe pas. Attendu : un dossier de rasters ({p:folder}).</translation>
    </message>
    <message>
        <source>The folder “{folder}” for the maps cannot be made: {reason}. Choose another one.</source>
        <translation>Le dossier « {folder} » des cartes ne peut pas être créé : {reason}. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The folder “{folder}” for {p:resume} cannot be written to: {reason}. Check the free space on the disk and the permissions, or map without {p:resume}.</source>
        <translation>Le dossier « {folder} » de {p:resume} n&apos;est pas accessible en écriture : {reason}. Vérifiez l&apos;espace libre sur le disque et les droits, ou cartographiez sans {p:resume}.</translation>
    </message>
    <message>
        <source>The folder “{folder}” is not empty and is no SavedModel: it holds {entries}. Nothing in it is deleted. Give a new or empty folder.</source>
        <translation>Le dossier « {folder} » n&apos;est pas vide et n&apos;est pas un SavedModel : il contient {entries}. Rien n&apos;y est supprimé. Indiquez un dossier nouveau ou vide.</translation>
    </message>
    <message>
        <source>The forest in the model file is damaged: {reason}. Train the model again.</source>
        <translation>La forêt dans le fichier du modèle est endommagée : {reason}. Entraînez à nouveau le modèle.</translation>
    </message>
    <message>
        <source>The graph in the model file brings gradients of its own, which RasterLearn does not run.</source>
        <translation>Le graphe dans le fichier du modèle apporte ses propres gradients, que RasterLearn n&apos;exécute pas.</translation>
    </message>
    <message>
        <source>The graph in the model file contains the operation {operation} (“{name}”), which RasterLearn does not run: it is not one of those known to be safe. Choose other inputs and outputs, or export the model without it.</source>
        <translation>Le graphe dans le fichier du modèle contient l&apos;opération {operation} (« {name} »), que RasterLearn n&apos;exécute pas : elle n&apos;est pas de celles que l&apos;on sait sûres. Choisissez d&apos;autres entrées et sorties, ou exportez le modèle sans elle.</translation>
    </message>
    <message>
        <source>The graph in the model file has no tensor “{name}”. Import the model again.</source>
        <translation>Le graphe dans le fichier du modèle n&apos;a pas de tenseur « {name} ». Importez à nouveau le modèle.</translation>
    </message>
    <message>
        <source>The graph in the model file is damaged: {fault}. Import the model again.</source>
        <translation>Le graphe dans le fichier du modèle est endommagé : {fault}. Importez à nouveau le modèle.</translation>
    </message>
    <message>
        <source>The graph in the model file is too large</source>
        <translation>Le graphe dans le fichier du modèle est trop grand</translation>
    </message>
    <message>
        <source>The graph in the model file is too large: its constant {operation} takes {size:g} GB. Do not use this file.</source>
        <translation>Le graphe dans le fichier du modèle est trop grand : sa constante {operation} occupe {size:g} Go. N&apos;utilisez pas ce fichier.</translation>
    </message>
    <message>
        <source>The graph of the model cannot be evaluated: {reason}. Check the names of its inputs and outputs, the values of its placeholders, and its receptive field.</source>
        <translation>Le graphe du modèle ne peut pas être évalué : {reason}. Vérifiez les noms de ses entrées et de ses sorties, les valeurs de ses placeholders et son champ récepteur.</translation>
    </message>
    <message>
        <source>The graph of “{model}” is larger than {most:g} GB.</source>
        <translation>Le graphe de « {model} » dépasse {most:g} Go.</translation>
    </message>
    <message>
        <source>The graph&apos;s own operation ({operations}) decides about {settings}.</source>
        <translation>L&apos;opération propre au graphe ({operations}) décide de ceci : {settings}.</translation>
    </message>
    <message>
        <source>The grid has {count} patches; at most {most} are possible. Raise {p:step}, which is {step}.</source>
        <translation>La grille a {count} imagettes ; au plus {most} sont possibles. Augmentez {p:step}, qui vaut {step}.</translation>
    </message>
    <message>
        <source>The image had {count} bands, but the value of band {band} was chosen.</source>
        <translation>L&apos;image avait {count} bandes, mais c&apos;est la valeur de la bande {band} qui a été choisie.</translation>
    </message>
    <message>
        <source>The image is placed by its {control:part}, so the points get columns and rows as coordinates: they fit its pixels, but QGIS does not show them over it. To see them on the map, warp image and labels first (“Warp (reproject)” in the Raster menu).</source>
        <translation>L&apos;image est placée par ses {control:part} ; les points ont donc pour coordonnées des colonnes et des lignes : ils correspondent à ses pixels, mais QGIS ne les montre pas par-dessus. Pour les voir sur la carte, reprojetez d&apos;abord l&apos;image et les étiquettes (« Projection (warp) » dans le menu Raster).</translation>
    </message>
    <message>
        <source>The image “{image}” has no valid pixel: everything is nodata, or hidden by its mask or alpha band. Check its nodata value.</source>
        <translation>L&apos;image « {image} » n&apos;a aucun pixel valide : tout est nodata, ou caché par son masque ou sa bande alpha. Vérifiez sa valeur nulle (nodata).</translation>
    </message>
    <message>
        <source>The image “{image}” has {count} band(s); the model expects {expected}: {bands}. Stack these bands in this order (“Normalize and stack bands”).</source>
        <translation>L&apos;image « {image} » a {count} bande(s) ; le modèle en attend {expected} : {bands}. Empilez ces bandes dans cet ordre (« Normaliser et empiler des bandes »).</translation>
    </message>
    <message>
        <source>The image “{image}” is normalized, but the model was trained on raw pixels. Give the image before normalization.</source>
        <translation>L&apos;image « {image} » est normalisée, mais le modèle a été entraîné sur des pixels bruts. Indiquez l&apos;image d&apos;avant la normalisation.</translation>
    </message>
    <message>
        <source>The image “{image}” is {width} × {height} pixels, smaller than a patch of {columns} × {rows}. Give a larger image.</source>
        <translation>L&apos;image « {image} » fait {width} × {height} pixels, moins qu&apos;une imagette de {columns} × {rows}. Indiquez une image plus grande.</translation>
    </message>
    <message>
        <source>The image “{image}” is {width} × {height} pixels, smaller than a patch of {patch_width} × {patch_height}. Give a larger image or a smaller patch size.</source>
        <translation>L&apos;image « {image} » fait {width} × {height} pixels, moins qu&apos;une imagette de {patch_width} × {patch_height}. Indiquez une image plus grande ou des imagettes plus petites.</translation>
    </message>
    <message>
        <source>The image “{image}” is {width} × {height} pixels, smaller than a patch of {size} × {size}{start}. Give a larger image, a smaller patch size or a smaller offset.</source>
        <translation>L&apos;image « {image} » fait {width} × {height} pixels, moins qu&apos;une imagette de {size} × {size}{start}. Indiquez une image plus grande, des imagettes plus petites ou un décalage plus petit.</translation>
    </message>
    <message>
        <source>The image “{image}” was normalized in another way ({normalization}) than the model&apos;s training image ({expected}). Give the raw image: the model brings its normalization along. Or normalize it with “Statistics from” set to the training image.</source>
        <translation>L&apos;image « {image} » a été normalisée autrement ({normalization}) que l&apos;image d&apos;entraînement du modèle ({expected}). Indiquez l&apos;image brute : le modèle apporte sa propre normalisation. Ou normalisez-la en choisissant l&apos;image d&apos;entraînement pour « Statistiques issues de ».</translation>
    </message>
    <message>
        <source>The image “{image}” was normalized like the model&apos;s training image ({normalization}), but its raw numbers are recorded with another scale or offset, so that the same ground has other values. Give the raw image, whose numbers are converted; or normalize it with “Statistics from” set to the training image.</source>
        <translation>L&apos;image « {image} » a été normalisée comme l&apos;image d&apos;entraînement du modèle ({normalization}), mais ses nombres bruts sont enregistrés avec une autre échelle ou un autre décalage ; le même sol a donc d&apos;autres valeurs. Indiquez l&apos;image brute, dont les nombres sont convertis ; ou normalisez-la avec « Statistiques issues de » réglé sur l&apos;image d&apos;entraînement.</translation>
    </message>
    <message>
        <source>The image “{path}” cannot be opened: {reason:part}. Expected a raster file that GDAL reads (GeoTIFF, JP2, VRT …).</source>
        <translation>L&apos;image « {path} » ne peut pas être ouverte : {reason:part}. Attendu : un fichier raster lisible par GDAL (GeoTIFF, JP2, VRT …).</translation>
    </message>
    <message>
        <source>The image “{path}” cannot be read: {reason}. The file may be damaged.</source>
        <translation>L&apos;image « {path} » ne peut pas être lue : {reason}. Le fichier est peut-être endommagé.</translation>
    </message>
    <message>
        <source>The image “{path}” has pixels of type {type}; expected integers or real numbers. Convert it first (complex data to amplitude or intensity).</source>
        <translation>L&apos;image « {path} » a des pixels de type {type} ; attendu : des entiers ou des nombres réels. Convertissez-la d&apos;abord (données complexes en amplitude ou en intensité).</translation>
    </message>
    <message>
        <source>The images are in {crs} and {other_crs}, so their pixels cannot be compared. Give the patch size of each image ({p:patch_sizes#2} …).</source>
        <translation>Les images sont en {crs} et {other_crs}, leurs pixels ne peuvent donc pas être comparés. Indiquez la taille des imagettes de chaque image ({p:patch_sizes#2} …).</translation>
    </message>
    <message>
        <source>The images of {p:statistics_from} have {count} band(s), but {band_count} were given to normalize. Give the same bands in the same order.</source>
        <translation>Les images de {p:statistics_from} ont {count} bande(s), mais {band_count} ont été données à normaliser. Donnez les mêmes bandes dans le même ordre.</translation>
    </message>
    <message>
        <source>The images “{images:”, “}” have no area in common. Give images of the same place.</source>
        <translation>Les images « {images: », « } » n&apos;ont aucune emprise commune. Indiquez des images du même endroit.</translation>
    </message>
    <message>
        <source>The input “{input}” has the shape {shape}: it seems to take bands first. Expected images (n, height, width, bands). Export the model with the bands last (channels_last).</source>
        <translation>L&apos;entrée « {input} » a la forme {shape} : elle semble prendre les bandes en premier. Attendu : des images (n, hauteur, largeur, bandes). Exportez le modèle avec les bandes en dernier (channels_last).</translation>
    </message>
    <message>
        <source>The input “{input}” has the shape {shape}; expected images (n, height, width, bands).</source>
        <translation>L&apos;entrée « {input} » a la forme {shape} ; des images (n, hauteur, largeur, bandes) sont attendues.</translation>
    </message>
    <message>
        <source>The input “{input}” of the model takes whole numbers from {lowest} to {highest}, but a pixel of the image has {value}. Give an image in the numbers that the model was made for.</source>
        <translation>L&apos;entrée « {input} » du modèle prend des nombres entiers de {lowest} à {highest}, mais un pixel de l&apos;image vaut {value}. Indiquez une image dans les nombres pour lesquels le modèle a été fait.</translation>
    </message>
    <message>
        <source>The input “{input}” takes {bands} band(s), but the image “{image}” has {band_count}. Give an image of the kind that the model is for.</source>
        <translation>L&apos;entrée « {input} » accepte {bands} bande(s), mais l&apos;image « {image} » en a {band_count}. Indiquez une image du type pour lequel le modèle est prévu.</translation>
    </message>
    <message>
        <source>The item “{item}” has no asset “{asset}” with an href; it has {assets}. Correct {p:assets}, or leave the item out.</source>
        <translation>L&apos;item « {item} » n&apos;a pas d&apos;asset « {asset} » avec un href ; il a {assets}. Corrigez {p:assets}, ou retirez cet item.</translation>
    </message>
    <message>
        <source>The item “{item}” has several assets, or none with data: {assets}. Name those that the model expects ({p:assets}).</source>
        <translation>L&apos;item « {item} » a plusieurs assets, ou aucun de données : {assets}. Nommez ceux que le modèle attend ({p:assets}).</translation>
    </message>
    <message>
        <source>The job file “{path}” cannot be read: {reason}. Expected a JSON file.</source>
        <translation>Le fichier du traitement « {path} » ne peut pas être lu : {reason}. Attendu : un fichier JSON.</translation>
    </message>
    <message>
        <source>The job has an unknown parameter “{name}”; it takes {known}.</source>
        <translation>Le traitement a un paramètre inconnu, « {name} » ; paramètres acceptés : {known}.</translation>
    </message>
    <message>
        <source>The job is incomplete: it lacks {missing}.</source>
        <translation>Le traitement est incomplet : il manque {missing}.</translation>
    </message>
    <message>
        <source>The job must be a JSON object with one entry per parameter.</source>
        <translation>Le traitement doit être un objet JSON avec une entrée par paramètre.</translation>
    </message>
    <message>
        <source>The job was cancelled.</source>
        <translation>Le traitement a été annulé.</translation>
    </message>
    <message>
        <source>The job “{job}” names a cluster, {cluster}, but the batch file starts its own for {tasks} tasks. Leave the job&apos;s cluster empty, or {p:nodes} and {p:tasks_per_node} at 1.</source>
        <translation>La tâche « {job} » désigne une grappe, {cluster}, mais le fichier de soumission lance la sienne pour {tasks} processus. Laissez vide le paramètre cluster de la tâche, ou {p:nodes} et {p:tasks_per_node} à 1.</translation>
    </message>
    <message>
        <source>The jobs of the workers ended before they reached this process. What went wrong stands in their output, slurm-NUMBER.out; python and interface in {file} may be wrong for the nodes.</source>
        <translation>Les tâches des processus ont pris fin avant de joindre le moteur. Leurs sorties, slurm-NUMÉRO.out, disent pourquoi ; python et interface dans {file} ne conviennent peut-être pas aux nœuds.</translation>
    </message>
    <message>
        <source>The label image “{name}” and the image “{grid}” have pixels of different sizes, and one is rotated against the other, so that no targets cover the ground of the patches. Warp the label image to the grid of the image (“Warp”).</source>
        <translation>L&apos;image d&apos;étiquettes « {name} » et l&apos;image « {grid} » ont des pixels de tailles différentes, et l&apos;une est tournée par rapport à l&apos;autre, si bien qu&apos;aucune cible ne couvre le terrain des imagettes. Ramenez l&apos;image d&apos;étiquettes à la grille de l&apos;image (« Projection (warp) »).</translation>
    </message>
    <message>
        <source>The label patches have {width} × {height} pixels, those of the first image {image_width} × {image_height}. Extract them with a label image on the image&apos;s grid.</source>
        <translation>Les imagettes d&apos;étiquettes font {width} × {height} pixels, celles de la première image {image_width} × {image_height}. Extrayez-les avec une image d&apos;étiquettes sur la grille de l&apos;image.</translation>
    </message>
    <message>
        <source>The labels are patches of a label image; expected one label for each patch. Compare maps instead ({p:maps}), or extract patches without {p:label_image}.</source>
        <translation>Les étiquettes sont des imagettes d&apos;une image d&apos;étiquettes ; une étiquette par imagette est attendue. Comparez plutôt des cartes ({p:maps}), ou extrayez les imagettes sans {p:label_image}.</translation>
    </message>
    <message>
        <source>The labels have the class(es) {missing}, but {origin} does not; it has {known}. Give labels without these classes, or check how they are written.</source>
        <translation>Les étiquettes ont la ou les classes {missing}, mais pas {origin}, qui a {known}. Indiquez des étiquettes sans ces classes, ou vérifiez comment elles sont écrites.</translation>
    </message>
    <message>
        <source>The labels have {count} different values; at most {most} classes are possible. Check that the right field or band was chosen.</source>
        <translation>Les étiquettes ont {count} valeurs différentes ; au plus {most} classes sont possibles. Vérifiez que le bon champ ou la bonne bande a été choisi.</translation>
    </message>
    <message>
        <source>The labels “{labels}” have decimal numbers; expected whole numbers as class values. Check that the label raster, not the image, was chosen.</source>
        <translation>Les étiquettes « {labels} » ont des nombres décimaux ; des nombres entiers sont attendus comme valeurs de classe. Vérifiez que c&apos;est le raster d&apos;étiquettes, et non l&apos;image, qui a été choisi.</translation>
    </message>
    <message>
        <source>The labels “{labels}” have no labelled pixel: everything is nodata ({nodata}). Check the nodata value.</source>
        <translation>Les étiquettes « {labels} » n&apos;ont aucun pixel étiqueté : tout est nodata ({nodata}). Vérifiez la valeur nulle (nodata).</translation>
    </message>
    <message>
        <source>The labels “{labels}” have only one class inside {room}: {name}. Expected at least two. Add labels, or check the nodata value{larger}.</source>
        <translation>Les étiquettes « {labels} » n&apos;ont qu&apos;une classe dans {room} : {name}. Il en faut au moins deux. Ajoutez des étiquettes, ou vérifiez la valeur nulle (nodata){larger}.</translation>
    </message>
    <message>
        <source>The labels “{labels}” have values beyond 32-bit integers, such as {value:g}. If that means “not annotated”, give it as {p:nodata}.</source>
        <translation>Les étiquettes « {labels} » ont des valeurs au-delà des entiers de 32 bits, comme {value:g}. Si cela signifie « non étiqueté », indiquez-le pour {p:nodata}.</translation>
    </message>
    <message>
        <source>The labels “{labels}” were not written together with the patches “{patches}”. Give the labels of these patches.</source>
        <translation>Les étiquettes « {labels} » n&apos;ont pas été écrites en même temps que les imagettes « {patches} ». Indiquez les étiquettes de ces imagettes.</translation>
    </message>
    <message>
        <source>The layer {layer} of the network gives {shape} numbers for one patch; at most {most} can be computed. Train another network.</source>
        <translation>La couche {layer} du réseau donne {shape} nombres pour une imagette ; au plus {most} peuvent être calculés. Entraînez un autre réseau.</translation>
    </message>
    <message>
        <source>The layer {layer} of the network has {shape} numbers, which do not fit its input {input}. Train the model again.</source>
        <translation>La couche {layer} du réseau a {shape} nombres, qui ne correspondent pas à son entrée {input}. Entraînez à nouveau le modèle.</translation>
    </message>
    <message>
        <source>The legend has no value for the class(es) {missing}; it knows {known}. Complete the legend or give labels without these classes.</source>
        <translation>La légende n&apos;a pas de valeur pour la ou les classes {missing} ; elle connaît {known}. Complétez la légende ou indiquez des étiquettes sans ces classes.</translation>
    </message>
    <message>
        <source>The legend knows the classes {about}, but none of {classes}: these are numbered 0, 1, 2 … in alphabetical order.</source>
        <translation>La légende connaît les classes {about}, mais aucune de {classes} : celles-ci sont numérotées 0, 1, 2 … par ordre alphabétique.</translation>
    </message>
    <message>
        <source>The legend “{path}” cannot be read: {reason}. Expected a .qml or .csv file.</source>
        <translation>La légende « {path} » ne peut pas être lue : {reason}. Attendu : un fichier .qml ou .csv.</translation>
    </message>
    <message>
        <source>The legend “{path}” has the color “{color}”; expected six hexadecimal digits such as #7fbcfc.</source>
        <translation>La légende « {path} » a la couleur « {color} » ; six chiffres hexadécimaux sont attendus, comme #7fbcfc.</translation>
    </message>
    <message>
        <source>The legend “{path}” is malformed: expected UTF-8 text with the header value,name,color and one line per class, such as 0,water,#7fbcfc.</source>
        <translation>La légende « {path} » est mal formée. Attendu : du texte UTF-8 avec l&apos;en-tête value,name,color et une ligne par classe, comme 0,eau,#7fbcfc.</translation>
    </message>
    <message>
        <source>The legend “{path}” is not a QGIS style file: {reason}. Expected a .qml or .csv file.</source>
        <translation>La légende « {path} » n&apos;est pas un fichier de style QGIS : {reason}. Attendu : un fichier .qml ou .csv.</translation>
    </message>
    <message>
        <source>The legend “{path}” is too large for a legend. Expected a .qml or .csv file.</source>
        <translation>La légende « {path} » est trop grande pour une légende. Attendu : un fichier .qml ou .csv.</translation>
    </message>
    <message>
        <source>The legend “{path}” was not found. Expected a .qml or .csv file.</source>
        <translation>La légende « {path} » est introuvable. Attendu : un fichier .qml ou .csv.</translation>
    </message>
    <message>
        <source>The list of classes is malformed: expected value, name and color of each.</source>
        <translation>La liste des classes est mal formée : la valeur, le nom et la couleur de chacune sont attendus.</translation>
    </message>
    <message>
        <source>The loss became {loss} in epoch {epoch}: the training diverged. Give the graph a smaller learning rate ({p:placeholders}), or check the patches for extreme values.</source>
        <translation>La perte est devenue {loss} à l&apos;époque {epoch} : l&apos;entraînement a divergé. Donnez au graphe un taux d&apos;apprentissage plus faible ({p:placeholders}), ou recherchez des valeurs extrêmes dans les imagettes.</translation>
    </message>
    <message>
        <source>The loss became {loss} in epoch {epoch}: the training diverged. Lower {p:learning_rate} (now {learning_rate:g}), or check the patches for extreme values.</source>
        <translation>La perte est devenue {loss} à l&apos;époque {epoch} : l&apos;entraînement a divergé. Réduisez {p:learning_rate} (actuellement {learning_rate:g}), ou recherchez des valeurs extrêmes dans les imagettes.</translation>
    </message>
    <message>
        <source>The map may need {needed:.1f} GB, but the disk of “{folder}” has {free:.1f} GB left. Free some space or choose another folder.</source>
        <translation>La carte peut nécessiter {needed:.1f} Go, mais il ne reste que {free:.1f} Go sur le disque de « {folder} ». Libérez de l&apos;espace ou choisissez un autre dossier.</translation>
    </message>
    <message>
        <source>The map must be a .tif or .vrt file, received “{output}”.</source>
        <translation>La carte doit être un fichier .tif ou .vrt ; reçu : « {output} ».</translation>
    </message>
    <message>
        <source>The map “{mapped}”</source>
        <translation>La carte « {mapped} »</translation>
    </message>
    <message>
        <source>The map “{map}” and the reference “{reference}” do not overlap. Expected a reference of the same place.</source>
        <translation>La carte « {map} » et la référence « {reference} » ne se recouvrent pas. Une référence du même endroit est attendue.</translation>
    </message>
    <message>
        <source>The map “{path}” would replace one of the images, or a part of it. Choose another folder ({p:output_folder}).</source>
        <translation>La carte « {path} » remplacerait une des images, ou une partie de celle-ci. Choisissez un autre dossier ({p:output_folder}).</translation>
    </message>
    <message>
        <source>The maps of “{first}” and “{second}” would have the same name “{name}”. Rename one of the images, or leave one out.</source>
        <translation>Les cartes de « {first} » et de « {second} » auraient le même nom « {name} ». Renommez une des images, ou retirez-en une.</translation>
    </message>
    <message>
        <source>The maps that are complete are kept; the same job with {p:resume} goes on with the others.</source>
        <translation>Les cartes complètes sont conservées ; le même traitement avec {p:resume} continue avec les autres.</translation>
    </message>
    <message>
        <source>The maps would lie among the images of “{folder}”, and be taken for images the next time. Choose another folder ({p:output_folder}).</source>
        <translation>Les cartes se trouveraient parmi les images de « {folder} », et passeraient pour des images la fois suivante. Choisissez un autre dossier ({p:output_folder}).</translation>
    </message>
    <message>
        <source>The mask of the image “{path}” cannot be read: {reason}. Repair or remove the mask (.msk).</source>
        <translation>Le masque de l&apos;image « {path} » ne peut pas être lu : {reason}. Réparez ou supprimez le masque (.msk).</translation>
    </message>
    <message>
        <source>The metadata that RasterLearn wrote into “{image}” are damaged ({name}). Make it again.</source>
        <translation>Les métadonnées que RasterLearn a écrites dans « {image} » sont endommagées ({name}). Refaites ce fichier.</translation>
    </message>
    <message>
        <source>The model answers a patch of {size} pixels with {width} × {height} cells, but {p:expression_field} is {given}. Give the right one, another {p:receptive_fields}, or leave both out.</source>
        <translation>Le modèle répond à une imagette de {size} pixels par {width} × {height} cellules, mais {p:expression_field} vaut {given}. Indiquez le bon, un autre {p:receptive_fields}, ou ne renseignez aucun des deux.</translation>
    </message>
    <message>
        <source>The model answers a patch of {size} pixels with {width} × {height} cells; expected a square of them. Give another {p:receptive_fields}.</source>
        <translation>Le modèle répond à une imagette de {size} pixels par {width} × {height} cellules ; un carré de cellules est attendu. Indiquez un autre {p:receptive_fields}.</translation>
    </message>
    <message>
        <source>The model answers a patch with {columns} × {rows} cells, so {p:scale}={scale} is not possible. Leave {p:scale} out.</source>
        <translation>Le modèle répond à une imagette par {columns} × {rows} cellules ; {p:scale}={scale} est donc impossible. Ne renseignez pas {p:scale}.</translation>
    </message>
    <message>
        <source>The model answers images of {width} × {height} pixels with {columns} × {rows} cells, and how many pixels lie between two of them cannot be found out. Give it as {p:scale}.</source>
        <translation>Le modèle répond à des images de {width} × {height} pixels par {columns} × {rows} cellules, et le nombre de pixels entre deux d&apos;entre elles ne peut pas être déterminé. Indiquez-le par {p:scale}.</translation>
    </message>
    <message>
        <source>The model answers the same image differently each time, and so would maps: something in it is drawn at random, such as a dropout meant for training. Switch it off with {p:placeholders}, or export the model for inference.</source>
        <translation>Le modèle répond chaque fois différemment à la même image, et il en irait de même des cartes : quelque chose y est tiré au hasard, comme un dropout prévu pour l&apos;entraînement. Désactivez-le avec {p:placeholders}, ou exportez le modèle pour l&apos;inférence.</translation>
    </message>
    <message>
        <source>The model answers with class values. Give a {p:legend} (.qml or .csv) that names them, or choose an output with a score for each class.</source>
        <translation>Le modèle répond par des valeurs de classe. Indiquez une {p:legend} (.qml ou .csv) qui les nomme, ou choisissez une sortie avec un score pour chaque classe.</translation>
    </message>
    <message>
        <source>The model answers with nothing that is a number (NaN), whatever the image: its training failed, or its weights are damaged. Train or export it again.</source>
        <translation>Le modèle ne répond par rien qui soit un nombre (NaN), quelle que soit l&apos;image : son entraînement a échoué, ou ses poids sont endommagés. Entraînez-le ou exportez-le de nouveau.</translation>
    </message>
    <message>
        <source>The model answers with the class value(s) {values}, which its legend does not have: {classes}. Import it with a {p:legend} of all its classes.</source>
        <translation>Le modèle répond par la ou les valeurs de classe {values}, absentes de sa légende : {classes}. Importez-le avec une {p:legend} de toutes ses classes.</translation>
    </message>
    <message>
        <source>The model answers with the class values 0 … {last}, but {p:legend} has {classes}. Give a legend of these values. If its labels were counted from 0 only for the training, choose an output with a score for each class: scores get the values of the legend in their order.</source>
        <translation>Le modèle répond par les valeurs de classe 0 … {last}, mais {p:legend} a {classes}. Indiquez une légende de ces valeurs. Si ses étiquettes n&apos;étaient comptées à partir de 0 que pour l&apos;entraînement, choisissez une sortie avec un score par classe : les scores reçoivent les valeurs de la légende dans leur ordre.</translation>
    </message>
    <message>
        <source>The model answers with {columns} × {rows} cells where {width} × {height} were expected: its receptive or expression field is not what the model file says. Import the model again.</source>
        <translation>Le modèle répond par {columns} × {rows} cellules là où {width} × {height} étaient attendues : son champ récepteur ou son champ d&apos;expression n&apos;est pas celui qu&apos;indique le fichier du modèle. Importez à nouveau le modèle.</translation>
    </message>
    <message>
        <source>The model answers with {scores} scores, but {p:legend} has {classes} classes.</source>
        <translation>Le modèle répond par {scores} scores, mais {p:legend} a {classes} classes.</translation>
    </message>
    <message>
        <source>The model expects {expected} image(s) ({sources:; }), received {received}. Give one image for each: {p:images}, {p:images#2} …</source>
        <translation>Le modèle attend {expected} image(s) ({sources: ; }) ; reçu : {received}. Indiquez une image pour chacune : {p:images}, {p:images#2} …</translation>
    </message>
    <message>
        <source>The model file is damaged: its description does not fit its network or forest.</source>
        <translation>Le fichier du modèle est endommagé : sa description ne correspond pas à son réseau ou à sa forêt.</translation>
    </message>
    <message>
        <source>The model file is damaged: its forest needs {forest} features, its network has {network}.</source>
        <translation>Le fichier du modèle est endommagé : sa forêt a besoin de {forest} variables explicatives, son réseau en a {network}.</translation>
    </message>
    <message>
        <source>The model file is damaged: its variable “{name}” has no value. Import it again.</source>
        <translation>Le fichier du modèle est endommagé : sa variable « {name} » n&apos;a pas de valeur. Importez à nouveau le modèle.</translation>
    </message>
    <message>
        <source>The model file is damaged: its variable “{name}” is {dtype} of shape {shape}; the graph expects {expected_dtype} of shape {expected_shape}. Import the model again.</source>
        <translation>Le fichier du modèle est endommagé : sa variable « {name} » est du type {dtype} et de forme {shape} ; le graphe attend le type {expected_dtype} et la forme {expected_shape}. Importez à nouveau le modèle.</translation>
    </message>
    <message>
        <source>The model file “{path}” cannot be read: {reason}.</source>
        <translation>Le fichier de modèle « {path} » ne peut pas être lu : {reason}.</translation>
    </message>
    <message>
        <source>The model file “{path}” was not found.</source>
        <translation>Le fichier de modèle « {path} » est introuvable.</translation>
    </message>
    <message>
        <source>The model given as {p:model} is a {kind}, which has no layer of features. Give a network.</source>
        <translation>Le modèle indiqué pour {p:model} est du type {kind} et n&apos;a pas de couche de descripteurs. Indiquez un réseau.</translation>
    </message>
    <message>
        <source>The model has {count} inputs for images; at most {most} are possible.</source>
        <translation>Le modèle a {count} entrées pour des images ; au plus {most} sont possibles.</translation>
    </message>
    <message>
        <source>The model has {inputs} input(s) for images ({names}), but {images} image(s) were given. Give one of each kind, or none.</source>
        <translation>Le modèle a {inputs} entrée(s) pour des images ({names}), mais {images} image(s) ont été indiquées. Indiquez-en une de chaque type, ou aucune.</translation>
    </message>
    <message>
        <source>The model has {inputs} input(s), but {fields} receptive fields.</source>
        <translation>Le modèle a {inputs} entrée(s), mais {fields} champs récepteurs.</translation>
    </message>
    <message>
        <source>The model “{name}”</source>
        <translation>Le modèle « {name} »</translation>
    </message>
    <message>
        <source>The model&apos;s own answers are {pitch} pixel(s) apart; for {p:scale}={scale} it is mapped patch by patch.</source>
        <translation>Les réponses du modèle lui-même sont espacées de {pitch} pixel(s) ; pour {p:scale}={scale}, la cartographie se fait par imagette.</translation>
    </message>
    <message>
        <source>The name “{name}” tells no date. Expected one such as 20170216 or 2017-02-16 in it, or year and day of the year as in LT50350322008110PAC01. Rename it, or give {p:dates}.</source>
        <translation>Le nom « {name} » ne contient pas de date. Attendu : une date comme 20170216 ou 2017-02-16, ou l&apos;année et le jour de l&apos;année comme dans LT50350322008110PAC01. Renommez le fichier, ou renseignez {p:dates}.</translation>
    </message>
    <message>
        <source>The network answers with a pixel for every {pitch} pixels of the first image, but the targets have one for every {received}. Extract targets of the pixel size that it answers with, or choose another network.</source>
        <translation>Le réseau répond par un pixel pour {pitch} pixels de la première image, mais les cibles en ont un pour {received}. Extrayez des cibles de la taille de pixel dans laquelle il répond, ou choisissez un autre réseau.</translation>
    </message>
    <message>
        <source>The network answers with shape {shape}; expected one score per class.</source>
        <translation>Le réseau répond avec la forme {shape} ; un score par classe est attendu.</translation>
    </message>
    <message>
        <source>The network does not tell how many bands it takes. Build it for a number of bands.</source>
        <translation>Le réseau n&apos;indique pas combien de bandes il accepte. Construisez-le pour un nombre de bandes donné.</translation>
    </message>
    <message>
        <source>The network has no layer named “{layer}”; it has {layers}. Give another {p:result}.</source>
        <translation>Le réseau n&apos;a pas de couche nommée « {layer} » ; il a {layers}. Indiquez un autre {p:result}.</translation>
    </message>
    <message>
        <source>The network has {count} outputs; expected one, the class scores.</source>
        <translation>Le réseau a {count} sorties ; une seule est attendue, les scores des classes.</translation>
    </message>
    <message>
        <source>The network has {size:.1f} GB of weights; files of graphs hold less than 2 GB.</source>
        <translation>Le réseau a {size:.1f} Go de poids ; les fichiers de graphes en contiennent moins de 2 Go.</translation>
    </message>
    <message>
        <source>The network in the model file holds unexpected files: {entries}. Expected {expected}; save it again with Keras 3.</source>
        <translation>Le réseau dans le fichier du modèle contient des fichiers inattendus : {entries}. Attendu : {expected} ; enregistrez-le à nouveau avec Keras 3.</translation>
    </message>
    <message>
        <source>The network in the model file is damaged: {reason}. Train the model again.</source>
        <translation>Le réseau dans le fichier du modèle est endommagé : {reason}. Entraînez à nouveau le modèle.</translation>
    </message>
    <message>
        <source>The network in the model file {reason}. {remedy}.</source>
        <translation>Le réseau dans le fichier du modèle {reason}. {remedy}.</translation>
    </message>
    <message>
        <source>The network is no better than the image that it corrects. Give more patches (a smaller step, a larger image, more dates), or train for more epochs.</source>
        <translation>Le réseau n&apos;est pas meilleur que l&apos;image qu&apos;il corrige. Donnez plus d&apos;imagettes (un pas plus petit, une image plus grande, plus de dates), ou entraînez pendant plus d&apos;époques.</translation>
    </message>
    <message>
        <source>The network needs image {number} with {width} × {height} pixels for each pixel of the first image, the edges of the larger pixels on those of the smaller ones. Resample it first (“Warp”).</source>
        <translation>Le réseau a besoin de l&apos;image {number} avec {width} × {height} pixels pour chaque pixel de la première image, les bords des grands pixels sur ceux des petits. Rééchantillonnez-la d&apos;abord (« Projection (warp) »).</translation>
    </message>
    <message>
        <source>The network takes images of any size. Give the {p:receptive_fields} that it was trained with.</source>
        <translation>Le réseau accepte des images de toute taille. Indiquez le {p:receptive_fields} avec lequel il a été entraîné.</translation>
    </message>
    <message>
        <source>The network takes patches in fixed numbers only; expected one that takes any number.</source>
        <translation>Le réseau n&apos;accepte les imagettes qu&apos;en nombre fixe ; il doit en accepter un nombre quelconque.</translation>
    </message>
    <message>
        <source>The nodata value of “{image}” must be a number or {none}, received “{value}”.</source>
        <translation>La valeur nodata de « {image} » doit être un nombre ou {none} ; reçu : « {value} ».</translation>
    </message>
    <message>
        <source>The normalized image must be a .tif or .vrt file, received “{output}”.</source>
        <translation>L&apos;image normalisée doit être un fichier .tif ou .vrt ; reçu : « {output} ».</translation>
    </message>
    <message>
        <source>The numbers {about} of the labels are taken for the values of the classes {classes}, but other classes have these numbers for names. If the names are meant, give a field of text instead.</source>
        <translation>Les nombres {about} des étiquettes sont pris pour les valeurs des classes {classes}, mais d&apos;autres classes ont ces nombres pour noms. Si les noms sont visés, indiquez plutôt un champ de texte.</translation>
    </message>
    <message>
        <source>The option {option} is set by the job itself: use its parameters instead.</source>
        <translation>L&apos;option {option} est fixée par la tâche elle-même : utilisez ses paramètres.</translation>
    </message>
    <message>
        <source>The output folder “{folder}” cannot be written to. Choose another one.</source>
        <translation>Le dossier de sortie « {folder} » n&apos;est pas accessible en écriture. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The output folder “{folder}” cannot be written to: {reason}. Choose another folder or change its permissions.</source>
        <translation>Le dossier de sortie « {folder} » n&apos;est pas accessible en écriture : {reason}. Choisissez un autre dossier ou modifiez ses droits.</translation>
    </message>
    <message>
        <source>The output folder “{folder}” does not exist. Create it or choose another one.</source>
        <translation>Le dossier de sortie « {folder} » n&apos;existe pas. Créez-le ou choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The output “{output}” has the shape {shape} for {count} images; expected one answer, or a grid of answers, for each of them. Import the model with another output.</source>
        <translation>La sortie « {output} » a la forme {shape} pour {count} images ; une réponse, ou une grille de réponses, est attendue pour chacune. Importez le modèle avec une autre sortie.</translation>
    </message>
    <message>
        <source>The output “{path}” is a file. Give the name of a folder.</source>
        <translation>La sortie « {path} » est un fichier. Indiquez le nom d&apos;un dossier.</translation>
    </message>
    <message>
        <source>The output “{path}” is a folder. Give the name of a file in it.</source>
        <translation>La sortie « {path} » est un dossier. Indiquez le nom d&apos;un fichier dans ce dossier.</translation>
    </message>
    <message>
        <source>The output “{path}” is one of the inputs. Choose another file name.</source>
        <translation>La sortie « {path} » est l&apos;une des entrées. Choisissez un autre nom de fichier.</translation>
    </message>
    <message>
        <source>The output “{path}” must end in {endings: or }. Change its name.</source>
        <translation>Le nom de la sortie « {path} » doit se terminer par {endings: ou }. Changez-le.</translation>
    </message>
    <message>
        <source>The output “{path}” would replace “{file}”, which belongs to one of the inputs. Choose another name.</source>
        <translation>La sortie « {path} » remplacerait « {file} », qui appartient à l&apos;une des entrées. Choisissez un autre nom.</translation>
    </message>
    <message>
        <source>The outputs of the model have different sizes ({sizes}). Import it with fewer outputs.</source>
        <translation>Les sorties du modèle ont des tailles différentes ({sizes}). Importez-le avec moins de sorties.</translation>
    </message>
    <message>
        <source>The parameter “{name}” must be one of {choices}, received “{value}”.</source>
        <translation>Le paramètre « {name} » doit être l&apos;une de ces valeurs : {choices} ; reçu : « {value} ».</translation>
    </message>
    <message>
        <source>The parameter “{name}” must be {kind}, received {value}.</source>
        <translation>Le paramètre « {name} » doit être {kind} ; reçu : {value}.</translation>
    </message>
    <message>
        <source>The patch size must be at least 1 × 1 pixel, received {width} × {height}.</source>
        <translation>La taille des imagettes doit être d&apos;au moins 1 × 1 pixel ; reçu : {width} × {height}.</translation>
    </message>
    <message>
        <source>The patches are from {used} of {count} images.</source>
        <translation>Les imagettes proviennent de {used} images sur {count}.</translation>
    </message>
    <message>
        <source>The patches for source {number} do not fit “{model}”: it expects height × width × bands {patch_height} × {patch_width} × {band_count}, received {height} × {width} × {bands}. Extract patches of its image, at least as large as its own.</source>
        <translation>Les imagettes de la source {number} ne conviennent pas à « {model} » : attendu, en hauteur × largeur × bandes : {patch_height} × {patch_width} × {band_count} ; reçu : {height} × {width} × {bands}. Extrayez des imagettes de son image, au moins aussi grandes que les siennes.</translation>
    </message>
    <message>
        <source>The patches for source {number} were normalized in another way than those that “{model}” was trained on. Extract them from the raw image: a model brings its normalization along.</source>
        <translation>Les imagettes de la source {number} ont été normalisées autrement que celles sur lesquelles « {model} » a été entraîné. Extrayez-les de l&apos;image brute : un modèle apporte sa propre normalisation.</translation>
    </message>
    <message>
        <source>The patches were normalized in another way than the images that {p:model} is for. Extract them from such images.</source>
        <translation>Les imagettes ont été normalisées autrement que les images pour lesquelles {p:model} est prévu. Extrayez-les de telles images.</translation>
    </message>
    <message>
        <source>The pixels are not square or of unknown size: set the resolution in Deepness yourself.</source>
        <translation>Les pixels ne sont pas carrés ou leur taille est inconnue : réglez vous-même la résolution dans Deepness.</translation>
    </message>
    <message>
        <source>The pixels of the images are {ratio:.3g} times finer than those that the model learned from: taken as Wald&apos;s protocol, by which a model learns on degraded images and is applied to whole ones.</source>
        <translation>Les pixels des images sont {ratio:.3g} fois plus fins que ceux dont le modèle a appris : c&apos;est pris pour le protocole de Wald, selon lequel un modèle apprend sur des images dégradées et est appliqué aux images entières.</translation>
    </message>
    <message>
        <source>The pixels of the target image “{target}” do not lie on those of the image “{image}”. Expected pixels of the same size, or of a half, a third … of it, whose edges meet. Warp it to the grid of the image (“Warp”).</source>
        <translation>Les pixels de l&apos;image cible « {target} » ne se superposent pas à ceux de l&apos;image « {image} ». Attendu : des pixels de la même taille, ou de la moitié, du tiers … de celle-ci, dont les bords se rejoignent. Projetez-la sur la grille de l&apos;image (« Warp »).</translation>
    </message>
    <message>
        <source>The pixels of “{image}” are {size}, but the model learned from pixels of {expected}. The map will be worse than the report says.</source>
        <translation>Les pixels de « {image} » font {size}, mais le modèle a appris sur des pixels de {expected}. La carte sera moins bonne que ne l&apos;indique le rapport.</translation>
    </message>
    <message>
        <source>The pixels of “{reference}” ({reference_size} map units) do not lie on those of “{map}” ({map_size}): values are compared pixel by pixel, and none is interpolated. Bring one to the grid of the other first (“Warp”).</source>
        <translation>Les pixels de « {reference} » ({reference_size} unités de carte) ne coïncident pas avec ceux de « {map} » ({map_size}) : les valeurs sont comparées pixel par pixel, et aucune n&apos;est interpolée. Ramenez d&apos;abord l&apos;une sur la grille de l&apos;autre (« Projection (warp) »).</translation>
    </message>
    <message>
        <source>The points of “{points}” would have {fields} fields, and a GeoPackage holds at most {most}. Use an image of fewer bands, such as some dates of a series (“Rearrange bands”).</source>
        <translation>Les points de « {points} » auraient {fields} champs, et un GeoPackage en contient au plus {most}. Utilisez une image de moins de bandes, comme quelques dates d&apos;une série (« Réorganiser les bandes »).</translation>
    </message>
    <message>
        <source>The receptive fields of the inputs cannot be found out. Give {p:receptive_fields}, {p:receptive_fields#2} … for all of them, or an image of each kind ({p:images}).</source>
        <translation>Les champs récepteurs des entrées ne peuvent pas être déterminés. Indiquez {p:receptive_fields}, {p:receptive_fields#2} … pour toutes, ou une image de chaque sorte ({p:images}).</translation>
    </message>
    <message>
        <source>The recorded normalization is malformed: expected bands and finite gain and bias of the same length.</source>
        <translation>La normalisation enregistrée est mal formée : des bandes sont attendues, avec un gain et un biais finis, en même nombre.</translation>
    </message>
    <message>
        <source>The recorded places of the patches are malformed. Extract the patches again.</source>
        <translation>Les emplacements enregistrés des imagettes sont mal formés. Extrayez à nouveau les imagettes.</translation>
    </message>
    <message>
        <source>The same file is given twice: {paths}. Give each only once.</source>
        <translation>Le même fichier est indiqué deux fois : {paths}. N&apos;indiquez chacun qu&apos;une fois.</translation>
    </message>
    <message>
        <source>The set of images “{path}” cannot be read: {reason}. Expected a text file or the items of a STAC catalog ({p:image_set}).</source>
        <translation>L&apos;ensemble d&apos;images « {path} » ne peut pas être lu : {reason}. Attendu : un fichier texte ou les items d&apos;un catalogue STAC ({p:image_set}).</translation>
    </message>
    <message>
        <source>The set “{set}” would get no sample: its share of {percent:.3g} percent is less than one. Raise {p:count} or the share.</source>
        <translation>Le jeu « {set} » n&apos;aurait aucun échantillon : sa part de {percent:.3g} pour cent en donne moins d&apos;un. Augmentez {p:count} ou cette part.</translation>
    </message>
    <message>
        <source>The settings of dask-jobqueue cannot be used: {reason}. Correct {file}.</source>
        <translation>La configuration de dask-jobqueue est inutilisable : {reason}. Corrigez {file}.</translation>
    </message>
    <message>
        <source>The settings of dask-jobqueue do not tell the {settings: and } of a worker. Write them under jobqueue, slurm in {file}, such as 8 for cores or 24GB for memory.</source>
        <translation>La configuration de dask-jobqueue n&apos;indique pas ceci pour un processus : {settings: et }. Indiquez-le sous jobqueue, slurm dans {file}, par exemple 8 pour cores ou 24GB pour memory.</translation>
    </message>
    <message>
        <source>The shape of the tensor “{tensor}” is not known. Choose another one.</source>
        <translation>La forme du tenseur « {tensor} » n&apos;est pas connue. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The source “{path}” is not understood: expected a file with |layername= or |layerid=, and |subset= last. Export the layer first.</source>
        <translation>La source « {path} » n&apos;est pas comprise : un fichier avec |layername= ou |layerid= est attendu, et |subset= en dernier. Exportez d&apos;abord la couche.</translation>
    </message>
    <message>
        <source>The statistics file “{path}” cannot be read: {reason:part}. Expected one that “Normalize” wrote.</source>
        <translation>Le fichier de statistiques « {path} » ne peut pas être lu : {reason:part}. Attendu : un fichier écrit par « Normaliser et empiler des bandes ».</translation>
    </message>
    <message>
        <source>The style is about the field “{about}”, so names and colors of the classes in “{field}” are not taken from it.</source>
        <translation>Le style porte sur le champ « {about} » ; les noms et couleurs des classes de « {field} » n&apos;en sont donc pas tirés.</translation>
    </message>
    <message>
        <source>The style “{about}” shows no classes ({renderer}), so names and colors are not taken from it. Expected a palette, categories, or rules such as code = 3.</source>
        <translation>Le style « {about} » ne montre pas de classes ({renderer}) ; les noms et couleurs n&apos;en sont donc pas tirés. Attendu : une palette, des catégories, ou des règles comme code = 3.</translation>
    </message>
    <message>
        <source>The styles that “{path}” holds cannot be kept: {reason}. Choose another file name.</source>
        <translation>Les styles que contient « {path} » ne peuvent pas être conservés : {reason}. Choisissez un autre nom de fichier.</translation>
    </message>
    <message>
        <source>The table of class counts “{path}” cannot be read: {reason}. Expected a csv with class and count.</source>
        <translation>La table des nombres par classe « {path} » ne peut pas être lue : {reason}. Attendu : un fichier csv avec classe et nombre.</translation>
    </message>
    <message>
        <source>The target patches of the validation set do not fit those of the training set: expected {expected: × } of {expected_bands}, received {received: × } of {received_bands}. Extract both with the same settings.</source>
        <translation>Les imagettes cibles du jeu de validation ne correspondent pas à celles du jeu d&apos;apprentissage : attendu {expected: × } de {expected_bands}, reçu {received: × } de {received_bands}. Extrayez les deux avec les mêmes réglages.</translation>
    </message>
    <message>
        <source>The targets of the validation set were normalized in another way than those of the training set. Extract both from the same image, or use “Statistics from”.</source>
        <translation>Les cibles du jeu de validation ont été normalisées autrement que celles du jeu d&apos;apprentissage. Extrayez les deux de la même image, ou utilisez « Statistiques issues de ».</translation>
    </message>
    <message>
        <source>The targets were normalized in another way than those that {p:model} learned from. Extract them from an image that is normalized like those (“Statistics from”), or not normalized, as those were.</source>
        <translation>Les cibles ont été normalisées autrement que celles sur lesquelles {p:model} a appris. Extrayez-les d&apos;une image normalisée comme celles-là (« Statistiques issues de »), ou non normalisée, comme elles.</translation>
    </message>
    <message>
        <source>The temperature needs finite scores of at least one sample, received {count} samples of which {unusable} have scores that are not finite. Train again with a lower {p:learning_rate}, or without calibration.</source>
        <translation>La température exige des scores finis pour au moins un échantillon ; reçu : {count} échantillons, dont {unusable} ont des scores qui ne sont pas finis. Relancez l&apos;entraînement avec un {p:learning_rate} plus faible, ou sans calibration.</translation>
    </message>
    <message>
        <source>The tensor of the labels has {rank} dimensions; labels of {of} have {needed}. Choose another {p:labels_tensor}, or extract patches with other targets.</source>
        <translation>Le tenseur des étiquettes a {rank} dimensions ; des étiquettes de {of} en ont {needed}. Choisissez un autre {p:labels_tensor}, ou extrayez des imagettes avec d&apos;autres cibles.</translation>
    </message>
    <message>
        <source>The training patches come from {training} image(s), the validation patches from {validation}. Give {p:validation_patches} … for each of {p:patches} …</source>
        <translation>Les imagettes d&apos;entraînement proviennent de {training} image(s), celles de validation de {validation}. Indiquez {p:validation_patches} … pour chacun des {p:patches} …</translation>
    </message>
    <message>
        <source>The training set</source>
        <translation>Le jeu d&apos;entraînement</translation>
    </message>
    <message>
        <source>The training set has no patch of {classes}, which its points or its label image have: the model will never answer with it.</source>
        <translation>Le jeu d&apos;apprentissage n&apos;a aucune imagette de {classes}, que possèdent ses points ou son image d&apos;étiquettes : le modèle ne répondra jamais par cette classe.</translation>
    </message>
    <message>
        <source>The unfinished map “{name}” was begun with another {changed: and }, so it cannot go on. Delete the folder “{folder}” to begin anew, or give what it was begun with.</source>
        <translation>La carte inachevée « {name} » a été commencée avec autre chose ({changed: et }) et ne peut donc pas être poursuivie. Supprimez le dossier « {folder} » pour recommencer, ou indiquez ce avec quoi elle a été commencée.</translation>
    </message>
    <message>
        <source>The validation patches do not fit the training patches: expected height × width × bands {expected: × }, received {received: × }. Extract both with the same settings.</source>
        <translation>Les imagettes de validation ne correspondent pas aux imagettes d&apos;entraînement : attendu, en hauteur × largeur × bandes : {expected: × } ; reçu : {received: × }. Extrayez les deux avec les mêmes réglages.</translation>
    </message>
    <message>
        <source>The validation patches were normalized in another way than the training patches. Extract both from the same image, or use “Statistics from”.</source>
        <translation>Les imagettes de validation ont été normalisées autrement que celles d&apos;entraînement. Extrayez les deux de la même image, ou utilisez « Statistiques issues de ».</translation>
    </message>
    <message>
        <source>The validation set</source>
        <translation>Le jeu de validation</translation>
    </message>
    <message>
        <source>The validation set has no sample of {classes}: how well these are found is not known, and kappa is that of the other classes.</source>
        <translation>Le jeu de validation n&apos;a aucun échantillon de {classes} : on ne sait pas dans quelle mesure ces classes sont reconnues, et l&apos;indice kappa est celui des autres classes.</translation>
    </message>
    <message>
        <source>The value {value} of “{labels}” has {percent:.1f} % of the labelled pixels, but no name, and no nodata value is recorded. It is taken for a class. If it means “not annotated”, {advice}; else name it in a legend.</source>
        <translation>La valeur {value} de « {labels} » occupe {percent:.1f} % des pixels étiquetés, mais n&apos;a pas de nom, et aucune valeur nodata n&apos;est enregistrée. Elle est prise pour une classe. Si elle signifie « non annoté », {advice} ; sinon, nommez-la dans une légende.</translation>
    </message>
    <message>
        <source>The value {value} of “{labels}” has {percent:.1f} % of the labelled pixels, but no name, and the map does not have it. It is taken for a class that the map misses. If it means “not annotated”, record it in the file as its nodata value (“Translate”, assign nodata).</source>
        <translation>La valeur {value} de « {labels} » occupe {percent:.1f} % des pixels étiquetés, mais n&apos;a pas de nom, et la carte ne l&apos;a pas. Elle est prise pour une classe qui manque à la carte. Si elle signifie « non annoté », enregistrez-la dans le fichier comme sa valeur nodata (« Convertir (changer de format) », attribuer une valeur nodata).</translation>
    </message>
    <message>
        <source>The value {value} of “{labels}” has {percent:.1f} % of the labelled pixels, but unlike other values no name in the legend. It is taken for a class. If it means “not annotated”, {advice}; else name it.</source>
        <translation>La valeur {value} de « {labels} » occupe {percent:.1f} % des pixels étiquetés mais, contrairement à d&apos;autres valeurs, n&apos;a pas de nom dans la légende. Elle est prise pour une classe. Si elle signifie « non annoté », {advice} ; sinon, nommez-la.</translation>
    </message>
    <message>
        <source>The values of “{image}” begin about {shift} {direction} than those that the model learned from: {bands:; }. {record}Numbers of Sentinel-2 are 1000 higher since the processing baseline 04.00. If this is the reason, the map will be wrong: give an image whose scale and offset are recorded, or one of the same baseline.</source>
        <translation>Les valeurs de « {image} » commencent environ {shift} {direction} que celles de l&apos;apprentissage du modèle : {bands:; }. {record}Les nombres de Sentinel-2 sont plus grands de 1000 depuis la version de traitement 04.00. Si telle en est la raison, la carte sera fausse : indiquez une image dont l&apos;échelle et le décalage sont enregistrés, ou une image de la même version.</translation>
    </message>
    <message>
        <source>The values of “{other}” are of neighborhoods of {other_window}, those of “{points}” of {window}. Extract both with the same {p:neighborhood}.</source>
        <translation>Les valeurs de « {other} » proviennent de voisinages de {other_window}, celles de « {points} » de voisinages de {window}. Extrayez les deux avec le même {p:neighborhood}.</translation>
    </message>
    <message>
        <source>The values of “{other}” were normalized in another way than those of “{points}”. Extract both from the same image.</source>
        <translation>Les valeurs de « {other} » ont été normalisées autrement que celles de « {points} ». Extrayez les deux de la même image.</translation>
    </message>
    <message>
        <source>The values of “{points}” are deep features of the network {model}. Give the file of this network as {p:model}, or points with the values of an image (“Extract values” without {p:model}).</source>
        <translation>Les valeurs de « {points} » sont des descripteurs profonds du réseau {model}. Indiquez le fichier de ce réseau pour {p:model}, ou des points portant les valeurs d&apos;une image (« Extraire des valeurs » sans {p:model}).</translation>
    </message>
    <message>
        <source>The values of “{points}” are features of the model {model}, but {p:model} is {given}. Give the model file that the values were extracted with, or extract them again.</source>
        <translation>Les valeurs de « {points} » sont des descripteurs du modèle {model}, mais {p:model} est {given}. Indiquez le fichier du modèle avec lequel les valeurs ont été extraites, ou extrayez-les à nouveau.</translation>
    </message>
    <message>
        <source>The values of “{points}” are not known to be features of a network. Extract them with “Extract values” and the same {p:model}, or leave {p:model} empty.</source>
        <translation>Rien n&apos;indique que les valeurs de « {points} » soient des descripteurs d&apos;un réseau. Extrayez-les avec « Extraire des valeurs » et le même {p:model}, ou laissez {p:model} vide.</translation>
    </message>
    <message>
        <source>The variable TF_CONFIG {problem}; expected such as {example}, received “{shown}”. Correct it, or remove it to train on one worker.</source>
        <translation>La variable TF_CONFIG {problem} ; attendu par exemple {example}, reçu « {shown} ». Corrigez-la, ou supprimez-la pour entraîner avec un seul processus.</translation>
    </message>
    <message>
        <source>The variable {name} cannot be read, received “{text}”. Start the workers with srun, or give each of them TF_CONFIG.</source>
        <translation>La variable {name} est illisible, reçu « {text} ». Lancez les processus par srun, ou donnez TF_CONFIG à chacun.</translation>
    </message>
    <message>
        <source>The variable {name} must be a whole number, received “{text}”. Start the workers with srun, or give each of them TF_CONFIG.</source>
        <translation>La variable {name} doit être un nombre entier, reçu « {text} ». Lancez les processus par srun, ou donnez TF_CONFIG à chacun.</translation>
    </message>
    <message>
        <source>The variables in the model file are damaged: {reason}. Import the model again.</source>
        <translation>Les variables dans le fichier du modèle sont endommagées : {reason}. Importez à nouveau le modèle.</translation>
    </message>
    <message>
        <source>The variables of the SavedModel “{model}” are damaged or missing: {reason}. Export it again.</source>
        <translation>Les variables du SavedModel « {model} » sont endommagées ou manquent : {reason}. Exportez-le à nouveau.</translation>
    </message>
    <message>
        <source>The variables of “{model}” take {size:.1f} GB; that is too much.</source>
        <translation>Les variables de « {model} » occupent {size:.1f} Go ; c&apos;est trop.</translation>
    </message>
    <message>
        <source>The vector layer “{file}” cannot be opened: {reason:part}. Expected a file that OGR reads (GeoPackage, Shapefile …).</source>
        <translation>La couche vecteur « {file} » ne peut pas être ouverte : {reason:part}. Attendu : un fichier lisible par OGR (GeoPackage, Shapefile …).</translation>
    </message>
    <message>
        <source>The vector layer “{file}” cannot be read: {reason:part}. The file may be damaged.</source>
        <translation>La couche vectorielle « {file} » ne peut pas être lue : {reason:part}. Le fichier est peut-être endommagé.</translation>
    </message>
    <message>
        <source>The weights of epoch {best_epoch} are kept (lowest loss on the patches set aside).</source>
        <translation>Les poids de l&apos;époque {best_epoch} sont conservés (plus faible perte sur les imagettes mises de côté).</translation>
    </message>
    <message>
        <source>The width and height of {p:box} must be positive, received “{box}”.</source>
        <translation>La largeur et la hauteur de {p:box} doivent être positives ; reçu : « {box} ».</translation>
    </message>
    <message>
        <source>The workers died again and again on the same part of the work; most often their memory is too small. Give each more memory or fewer threads, or a smaller {p:block_size}. With {p:resume}, what is finished is kept.</source>
        <translation>Les nœuds de calcul se sont arrêtés à plusieurs reprises sur la même partie du travail ; le plus souvent, leur mémoire est trop petite. Donnez à chacun plus de mémoire ou moins de fils d&apos;exécution, ou un {p:block_size} plus petit. Avec {p:resume}, ce qui est terminé est conservé.</translation>
    </message>
    <message>
        <source>The {p:receptive_fields} of the model cannot be found out by showing it images. Give it, and check {p:input_tensors}, {p:output_tensors} and {p:placeholders}.</source>
        <translation>Le {p:receptive_fields} du modèle ne peut pas être déterminé en lui montrant des images. Indiquez-le, et vérifiez {p:input_tensors}, {p:output_tensors} et {p:placeholders}.</translation>
    </message>
    <message>
        <source>The {which} set has only one class ({name}); a model needs at least two. Add labels of another class, or check the field or nodata value.</source>
        <translation>Le jeu {which} n&apos;a qu&apos;une classe ({name}) ; un modèle en exige au moins deux. Ajoutez des étiquettes d&apos;une autre classe, ou vérifiez le champ ou la valeur nulle (nodata).</translation>
    </message>
    <message>
        <source>There are {image_count} image(s), but {output_count} output(s) for patches. Give one output for each image: {p:output}, {p:output_2} …</source>
        <translation>Il y a {image_count} image(s), mais {output_count} sortie(s) pour les imagettes. Indiquez une sortie par image : {p:output}, {p:output_2} …</translation>
    </message>
    <message>
        <source>There are {images} image(s), but {sizes} patch sizes and {heights} patch heights. Give at most one for each image.</source>
        <translation>Il y a {images} image(s), mais {sizes} tailles et {heights} hauteurs d&apos;imagettes. Indiquez-en au plus une par image.</translation>
    </message>
    <message>
        <source>There is no image in the folder “{folder}”. Expected rasters whose names end in {endings}.</source>
        <translation>Il n&apos;y a aucune image dans le dossier « {folder} ». Attendu : des rasters dont le nom se termine par {endings}.</translation>
    </message>
    <message>
        <source>There is no item in “{name}”. Expected a GeoJSON FeatureCollection of STAC items.</source>
        <translation>Il n&apos;y a aucun item dans « {name} ». Attendu : une FeatureCollection GeoJSON d&apos;items STAC.</translation>
    </message>
    <message>
        <source>There is no validation set: the accuracy returned is that of the training set, and too good.</source>
        <translation>Il n&apos;y a pas de jeu de validation : l&apos;exactitude renvoyée est celle du jeu d&apos;entraînement, et trop élevée.</translation>
    </message>
    <message>
        <source>There is not enough memory: {reason}. Use fewer samples, smaller patches or a smaller block size.</source>
        <translation>Il n&apos;y a pas assez de mémoire : {reason}. Utilisez moins d&apos;échantillons, des imagettes plus petites ou une taille de bloc plus petite.</translation>
    </message>
    <message>
        <source>These rules of the style “{about}” show something else than values of the field “{field}”, so their names and colors are not used: {rules}.</source>
        <translation>Ces règles du style « {about} » montrent autre chose que des valeurs du champ « {field} » ; leurs noms et couleurs ne sont donc pas utilisés : {rules}.</translation>
    </message>
    <message>
        <source>This TensorFlow does not know the operation {operation}.</source>
        <translation>Ce TensorFlow ne connaît pas l&apos;opération {operation}.</translation>
    </message>
    <message>
        <source>This graph was imported to answer patches of {width} × {height} pixels, for {p:scale}={scale}; it is not evaluated on larger images. Use {p:mode=auto} or {p:mode=patch}. If it takes images of any size, import it again without a {p:scale}: the log tells whether it can be evaluated densely.</source>
        <translation>Ce graphe a été importé pour répondre à des imagettes de {width} × {height} pixels, avec {p:scale}={scale} ; il n&apos;est pas évalué sur de plus grandes images. Utilisez {p:mode=auto} ou {p:mode=patch}. S&apos;il accepte des images de toute taille, importez-le de nouveau sans {p:scale} : le journal indique s&apos;il peut être évalué de façon dense.</translation>
    </message>
    <message>
        <source>This image has a recorded scale {scale:g} and offset {offset:g}, what the model learned from has none. </source>
        <translation>Cette image a une échelle {scale:g} et un décalage {offset:g} enregistrés, celle de l&apos;apprentissage du modèle n&apos;en a pas. </translation>
    </message>
    <message>
        <source>This model answers with classes and without probabilities. Choose {p:result=classes}, or import it with another output.</source>
        <translation>Ce modèle répond par des classes, sans probabilités. Choisissez {p:result=classes}, ou importez-le avec une autre sortie.</translation>
    </message>
    <message>
        <source>This model answers with values ({bands}), so it has no {result}. Choose {p:result=values}.</source>
        <translation>Ce modèle répond par des valeurs ({bands}), il n&apos;a donc pas de {result}. Choisissez {p:result=values}.</translation>
    </message>
    <message>
        <source>This model answers with values, not with classes. Choose {p:result=values}. If its only output is the probability of something, import it again with {p:answer=probabilities}, which makes two classes of it.</source>
        <translation>Ce modèle répond par des valeurs, et non par des classes. Choisissez {p:result=values}. Si son unique sortie est une probabilité, importez-le de nouveau avec {p:answer=probabilities}, qui en fait deux classes.</translation>
    </message>
    <message>
        <source>This model answers with values, not with classes: the map has its values ({p:result=values}).</source>
        <translation>Ce modèle répond par des valeurs, pas par des classes : la carte contient ses valeurs ({p:result=values}).</translation>
    </message>
    <message>
        <source>This model answers with values; only models that answer with classes can be exported. Apply it with “Apply a model”.</source>
        <translation>Ce modèle répond par des valeurs ; seuls les modèles qui répondent par des classes peuvent être exportés. Appliquez-le avec « Appliquer un modèle ».</translation>
    </message>
    <message>
        <source>This model knows one class only, which leaves nothing to map. Train it with two or more.</source>
        <translation>Ce modèle ne connaît qu&apos;une classe, ce qui ne laisse rien à cartographier. Entraînez-le avec au moins deux.</translation>
    </message>
    <message>
        <source>This network answers with an image, but what each of its pixels depends on is not known: {reason}. Build it of the layers that docs/mapping.md lists.</source>
        <translation>Ce réseau répond par une image, mais on ne sait pas de quoi dépend chacun de ses pixels : {reason}. Construisez-le avec les couches qu&apos;énumère docs/mapping.md.</translation>
    </message>
    <message>
        <source>This network answers with pixels of another size than those of its image, and cannot be exported. Train one of the architectures of RasterLearn.</source>
        <translation>Ce réseau répond avec des pixels d&apos;une autre taille que ceux de son image et ne peut pas être exporté. Entraînez l&apos;une des architectures de RasterLearn.</translation>
    </message>
    <message>
        <source>This network cannot be evaluated densely: {reason}. Use {p:mode=auto} or {p:mode=patch}.</source>
        <translation>Ce réseau ne se prête pas à l&apos;évaluation dense : {reason}. Utilisez {p:mode=auto} ou {p:mode=patch}.</translation>
    </message>
    <message>
        <source>This network cannot be exported for Deepness: it answers patch by patch, because {reason}. Export a SavedModel, or train another architecture.</source>
        <translation>Ce réseau ne peut pas être exporté pour Deepness : il répond par imagette, car {reason}. Exportez un SavedModel, ou entraînez une autre architecture.</translation>
    </message>
    <message>
        <source>This network is evaluated patch by patch, which is slow: {reason}.</source>
        <translation>Ce réseau est évalué par imagette, ce qui est lent : {reason}.</translation>
    </message>
    <message>
        <source>This worker cannot listen at its address {address}: {reason}. Another program may use the port, or an earlier training has not ended. Give other ports in TF_CONFIG or, with Slurm, in RASTERLEARN_PORT.</source>
        <translation>Ce processus ne peut pas écouter à son adresse {address} : {reason}. Un autre programme utilise peut-être ce port, ou un entraînement précédent n&apos;est pas terminé. Indiquez d&apos;autres ports dans TF_CONFIG ou, avec Slurm, dans RASTERLEARN_PORT.</translation>
    </message>
    <message>
        <source>Threads for each operation, by seconds for each step ({times}): {best}.</source>
        <translation>Fils d&apos;exécution pour chaque opération, selon la durée de chaque pas ({times}) : {best}.</translation>
    </message>
    <message>
        <source>To use it, {set_up_again}</source>
        <translation>Pour l&apos;utiliser, {set_up_again}</translation>
    </message>
    <message>
        <source>Train another one</source>
        <translation>Entraînez-en un autre</translation>
    </message>
    <message>
        <source>Training set: {accuracy}</source>
        <translation>Jeu d&apos;entraînement : {accuracy}</translation>
    </message>
    <message>
        <source>Training {trees} trees on {samples} samples of {features} features …</source>
        <translation>Entraînement de {trees} arbres sur {samples} échantillons de {features} variables explicatives …</translation>
    </message>
    <message>
        <source>Trying {settings} settings in {parts} parts of the training samples …</source>
        <translation>Essai de {settings} réglages sur {parts} parties des échantillons d&apos;entraînement …</translation>
    </message>
    <message>
        <source>Two items of “{name}” have the id “{id}”, but different files, so their maps would have the same name. Leave one out.</source>
        <translation>Deux items de « {name} » ont l&apos;identifiant « {id} », mais des fichiers différents ; leurs cartes auraient donc le même nom. Retirez-en un.</translation>
    </message>
    <message>
        <source>Two outputs have the same path “{path}”. Give each its own file name.</source>
        <translation>Deux sorties ont le même chemin « {path} ». Donnez à chacune son propre nom de fichier.</translation>
    </message>
    <message>
        <source>Two outputs have the same path: {paths}. Give each its own file name.</source>
        <translation>Deux sorties ont le même chemin : {paths}. Donnez à chacune son propre nom de fichier.</translation>
    </message>
    <message>
        <source>Unexpected {kind}: {reason}. Please report it with the log {log}.</source>
        <translation>{kind} inattendu : {reason}. Signalez-le en joignant le journal {log}.</translation>
    </message>
    <message>
        <source>Validation set: {accuracy}</source>
        <translation>Jeu de validation : {accuracy}</translation>
    </message>
    <message>
        <source>Values are compared band by band, but the map “{map}” and the reference “{reference}” differ in their number of bands: {map_count} and {reference_count}. Give a reference with the bands of the map, in its order; or choose {p:kind} classes, if these are class values.</source>
        <translation>Les valeurs sont comparées bande par bande, mais la carte « {map} » et la référence « {reference} » n&apos;ont pas le même nombre de bandes : {map_count} et {reference_count}. Indiquez une référence avec les bandes de la carte, dans le même ordre ; ou choisissez {p:kind} classes s&apos;il s&apos;agit de valeurs de classes.</translation>
    </message>
    <message>
        <source>Waiting for the first worker of “{scheduler}” …</source>
        <translation>Attente du premier nœud de calcul de « {scheduler} » …</translation>
    </message>
    <message>
        <source>Waiting for {count} other worker(s) …</source>
        <translation>Attente de {count} autre(s) processus…</translation>
    </message>
    <message>
        <source>Waiting for {count} worker(s) of the cluster.</source>
        <translation>En attente de {count} nœud(s) de calcul de la grappe.</translation>
    </message>
    <message>
        <source>What RasterLearn wrote beside the SavedModel “{model}” is damaged: {reason}. Export the model again, or delete its folder assets.extra.</source>
        <translation>Ce que RasterLearn a écrit à côté du SavedModel « {model} » est endommagé : {reason}. Exportez à nouveau le modèle, ou supprimez son dossier assets.extra.</translation>
    </message>
    <message>
        <source>What is mapped so far is kept; the same job with {p:resume} goes on from there.</source>
        <translation>Ce qui est déjà cartographié est conservé ; le même traitement avec {p:resume} repart de là.</translation>
    </message>
    <message>
        <source>What the model answers depends on the images that it is shown at the same time, and so would maps: something in it works along them, such as a batch normalization in training. Switch it off with {p:placeholders}, or export the model for inference.</source>
        <translation>La réponse du modèle dépend des images qui lui sont montrées en même temps, et il en irait de même des cartes : quelque chose y agit d&apos;une image à l&apos;autre, comme une normalisation par lots en mode entraînement. Désactivez-le avec {p:placeholders}, ou exportez le modèle pour l&apos;inférence.</translation>
    </message>
    <message>
        <source>What the model learned from has a recorded scale {scale:g} and offset {offset:g}, this image has none. </source>
        <translation>L&apos;image de l&apos;apprentissage du modèle a une échelle {scale:g} et un décalage {offset:g} enregistrés, celle-ci n&apos;en a pas. </translation>
    </message>
    <message>
        <source>Worker {name}</source>
        <translation>Le processus {name}</translation>
    </message>
    <message>
        <source>Worker {worker} has ended before the training began. Its log tells why; start all workers again.</source>
        <translation>Le processus {worker} s&apos;est terminé avant le début de l&apos;entraînement. Son journal dit pourquoi ; relancez tous les processus.</translation>
    </message>
    <message>
        <source>Worker {worker} was started with another job, other patches, another number of GPUs or another version of RasterLearn or TensorFlow than worker 0. Start all of them alike.</source>
        <translation>Le processus {worker} a été lancé avec une autre tâche, d&apos;autres imagettes, un autre nombre de GPU ou une autre version de RasterLearn ou de TensorFlow que le processus 0. Lancez-les tous de la même façon.</translation>
    </message>
    <message>
        <source>[Errno {number}] {reason}: {path}</source>
        <translation>{reason} (erreur {number}) : {path}</translation>
    </message>
    <message>
        <source>`{path}&apos; not recognized as a supported file format</source>
        <translation>« {path} » n&apos;est pas d&apos;un format reconnu</translation>
    </message>
    <message>
        <source>`{path}&apos; not recognized as being in a supported file format</source>
        <translation>« {path} » n&apos;est pas d&apos;un format reconnu</translation>
    </message>
    <message>
        <source>a RasterLearn model (.rlmodel); importmodel makes one of a SavedModel or of a Keras network</source>
        <translation>un modèle RasterLearn (.rlmodel) ; importmodel en fait un à partir d&apos;un SavedModel ou d&apos;un réseau Keras</translation>
    </message>
    <message>
        <source>a TensorFlow SavedModel (saved_model.pb in its folder) or a Keras network (.keras)</source>
        <translation>un SavedModel de TensorFlow (saved_model.pb dans son dossier) ou un réseau Keras (.keras)</translation>
    </message>
    <message>
        <source>a band</source>
        <translation>une bande</translation>
    </message>
    <message>
        <source>a band that is left out</source>
        <translation>une bande laissée de côté</translation>
    </message>
    <message>
        <source>a block of the image with {p:block_pixels}={pixels}</source>
        <translation>un bloc de l&apos;image avec {p:block_pixels}={pixels}</translation>
    </message>
    <message>
        <source>a call of {what}</source>
        <translation>un appel de {what}</translation>
    </message>
    <message>
        <source>a class</source>
        <translation>une classe</translation>
    </message>
    <message>
        <source>a color</source>
        <translation>une couleur</translation>
    </message>
    <message>
        <source>a color is malformed</source>
        <translation>une couleur est mal formée</translation>
    </message>
    <message>
        <source>a feature has no assets</source>
        <translation>une entité n&apos;a pas d&apos;assets</translation>
    </message>
    <message>
        <source>a feature is incomplete or has no valid geometry</source>
        <translation>une entité est incomplète ou n&apos;a pas de géométrie valide</translation>
    </message>
    <message>
        <source>a function has hints of its own</source>
        <translation>une fonction a ses propres directives</translation>
    </message>
    <message>
        <source>a function has the name of something else</source>
        <translation>une fonction porte le nom d&apos;autre chose</translation>
    </message>
    <message>
        <source>a group in it contains itself, or two have the same content</source>
        <translation>un groupe s&apos;y contient lui-même, ou deux ont le même contenu</translation>
    </message>
    <message>
        <source>a group in it is damaged</source>
        <translation>un groupe y est endommagé</translation>
    </message>
    <message>
        <source>a header in it is cut</source>
        <translation>un en-tête y est tronqué</translation>
    </message>
    <message>
        <source>a layer</source>
        <translation>une couche</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>une liste</translation>
    </message>
    <message>
        <source>a map of tiles needs a journal, whose strips become the tiles</source>
        <translation>une carte faite de tuiles a besoin d&apos;un journal, dont les bandes de lignes deviennent les tuiles</translation>
    </message>
    <message>
        <source>a message in it is too long</source>
        <translation>un message y est trop long</translation>
    </message>
    <message>
        <source>a name in it is too long</source>
        <translation>un nom y est trop long</translation>
    </message>
    <message>
        <source>a name in it is unsound</source>
        <translation>un nom y est douteux</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>un nombre</translation>
    </message>
    <message>
        <source>a number has {count} digits</source>
        <translation>un nombre a {count} chiffres</translation>
    </message>
    <message>
        <source>a range of values</source>
        <translation>un intervalle de valeurs</translation>
    </message>
    <message>
        <source>a range of values ends before it begins</source>
        <translation>un intervalle de valeurs finit avant de commencer</translation>
    </message>
    <message>
        <source>a scale</source>
        <translation>une échelle</translation>
    </message>
    <message>
        <source>a scale is 0</source>
        <translation>une échelle est 0</translation>
    </message>
    <message>
        <source>a scale or an offset</source>
        <translation>une échelle ou un décalage</translation>
    </message>
    <message>
        <source>a value is not a whole number</source>
        <translation>une valeur n&apos;est pas un nombre entier</translation>
    </message>
    <message>
        <source>a value that stands for nodata</source>
        <translation>une valeur qui signifie nodata</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>un nombre entier</translation>
    </message>
    <message>
        <source>all of the patch is nodata in {layer}</source>
        <translation>toute l&apos;imagette est nulle (nodata) dans {layer}</translation>
    </message>
    <message>
        <source>an array in it has an unusual shape</source>
        <translation>un tableau y a une forme inhabituelle</translation>
    </message>
    <message>
        <source>an array in it holds other things than plain numbers</source>
        <translation>un tableau y contient autre chose que de simples nombres</translation>
    </message>
    <message>
        <source>an array is missing</source>
        <translation>un tableau manque</translation>
    </message>
    <message>
        <source>an entry is missing</source>
        <translation>une entrée manque</translation>
    </message>
    <message>
        <source>an input of a layer</source>
        <translation>une entrée de couche</translation>
    </message>
    <message>
        <source>an unknown version</source>
        <translation>une version inconnue</translation>
    </message>
    <message>
        <source>answer</source>
        <translation>réponse</translation>
    </message>
    <message>
        <source>any</source>
        <translation>quelconque</translation>
    </message>
    <message>
        <source>arrays of different lengths</source>
        <translation>des tableaux de longueurs différentes</translation>
    </message>
    <message>
        <source>arrays of the wrong shape</source>
        <translation>des tableaux de forme incorrecte</translation>
    </message>
    <message>
        <source>balancing classes</source>
        <translation>équilibrage des classes</translation>
    </message>
    <message>
        <source>choosing samples</source>
        <translation>choix des échantillons</translation>
    </message>
    <message>
        <source>class shares malformed</source>
        <translation>des parts de classes mal formées</translation>
    </message>
    <message>
        <source>classes</source>
        <translation>classes</translation>
    </message>
    <message>
        <source>classes: crossentropy</source>
        <translation>des classes : crossentropy</translation>
    </message>
    <message>
        <source>comparing</source>
        <translation>comparaison</translation>
    </message>
    <message>
        <source>contains {module}.{kind}, which RasterLearn does not open: it is not one of the layers known to be safe</source>
        <translation>contient {module}.{kind}, que RasterLearn n&apos;ouvre pas : cette couche n&apos;est pas de celles que l&apos;on sait sûres</translation>
    </message>
    <message>
        <source>counting labels</source>
        <translation>comptage des étiquettes</translation>
    </message>
    <message>
        <source>declares more weights than the file holds, beginning with {what}</source>
        <translation>déclare plus de poids que le fichier n&apos;en contient, à commencer par {what}</translation>
    </message>
    <message>
        <source>degrading</source>
        <translation>dégradation</translation>
    </message>
    <message>
        <source>depth {depth}, {samples} sample(s) per leaf, {features} feature(s) per split</source>
        <translation>profondeur {depth}, {samples} échantillon(s) par feuille, {features} variable(s) par division</translation>
    </message>
    <message>
        <source>does not tell the input shape of {what}; save it again with Keras 3</source>
        <translation>n&apos;indique pas la forme d&apos;entrée de {what} ; enregistrez-le à nouveau avec Keras 3</translation>
    </message>
    <message>
        <source>does not tell the size of its input: it must begin with keras.Input</source>
        <translation>n&apos;indique pas la taille de son entrée : il doit commencer par keras.Input</translation>
    </message>
    <message>
        <source>epoch {epoch}/{epochs}</source>
        <translation>époque {epoch}/{epochs}</translation>
    </message>
    <message>
        <source>epoch {epoch}/{epochs}  {judged}  validation {validation}  {left} left</source>
        <translation>époque {epoch}/{epochs}  {judged}  validation : {validation}  encore {left}</translation>
    </message>
    <message>
        <source>epoch {epoch}/{epochs}  {judged}  {left} left</source>
        <translation>époque {epoch}/{epochs}  {judged}  encore {left}</translation>
    </message>
    <message>
        <source>estimating</source>
        <translation>estimation</translation>
    </message>
    <message>
        <source>every cell of its answer depends on where the input ends</source>
        <translation>chaque cellule de sa réponse dépend de l&apos;endroit où finit l&apos;entrée</translation>
    </message>
    <message>
        <source>expected a contiguous array {shape} of {dtype}</source>
        <translation>tableau contigu {shape} de {dtype} attendu</translation>
    </message>
    <message>
        <source>expected pixels of {expected} bands, received {received}</source>
        <translation>pixels attendus de {expected} bandes, reçus de {received}</translation>
    </message>
    <message>
        <source>expected scores of {expected}, received {received}: the geometry is wrong</source>
        <translation>scores attendus : {expected} ; reçu : {received} : la géométrie est fausse</translation>
    </message>
    <message>
        <source>exporting</source>
        <translation>exportation</translation>
    </message>
    <message>
        <source>features</source>
        <translation>descripteurs</translation>
    </message>
    <message>
        <source>features out of range</source>
        <translation>des variables explicatives hors limites</translation>
    </message>
    <message>
        <source>filling gaps</source>
        <translation>comblement des lacunes</translation>
    </message>
    <message>
        <source>fold {number}</source>
        <translation>pli {number}</translation>
    </message>
    <message>
        <source>geolocation arrays</source>
        <translation>tableaux de géolocalisation</translation>
    </message>
    <message>
        <source>give {p:nodata=0}</source>
        <translation>indiquez {p:nodata=0}</translation>
    </message>
    <message>
        <source>give {value} as {p:nodata}</source>
        <translation>indiquez {value} comme {p:nodata}</translation>
    </message>
    <message>
        <source>gives {what} a mask, which RasterLearn does not open</source>
        <translation>donne un masque à {what}, ce que RasterLearn n&apos;ouvre pas</translation>
    </message>
    <message>
        <source>ground control points</source>
        <translation>points de contrôle au sol</translation>
    </message>
    <message>
        <source>has a value that is not allowed</source>
        <translation>a une valeur qui n&apos;est pas admise</translation>
    </message>
    <message>
        <source>has a worker without host:port</source>
        <translation>a un « worker » sans hôte:port</translation>
    </message>
    <message>
        <source>has a wrong setting in {what}: {reason}</source>
        <translation>a un paramètre incorrect dans {what} : {reason}</translation>
    </message>
    <message>
        <source>has an index that is not one of 0 to {last}</source>
        <translation>a un « index » hors de 0 à {last}</translation>
    </message>
    <message>
        <source>has an unsound name</source>
        <translation>a un nom douteux</translation>
    </message>
    <message>
        <source>has more than {most} layers</source>
        <translation>a plus de {most} couches</translation>
    </message>
    <message>
        <source>has no cluster or no task</source>
        <translation>n&apos;a pas de « cluster » ou pas de « task »</translation>
    </message>
    <message>
        <source>has no sound shape for {what}</source>
        <translation>n&apos;a pas de forme plausible pour {what}</translation>
    </message>
    <message>
        <source>has the unknown setting “{name}” in {what}</source>
        <translation>a le paramètre inconnu « {name} » dans {what}</translation>
    </message>
    <message>
        <source>has too many bands in {what}</source>
        <translation>a trop de bandes dans {what}</translation>
    </message>
    <message>
        <source>has two layers of the name {name}</source>
        <translation>a deux couches du nom {name}</translation>
    </message>
    <message>
        <source>has {kind} as {what}</source>
        <translation>a {kind} comme {what}</translation>
    </message>
    <message>
        <source>has {value} as an input of a layer</source>
        <translation>a {value} comme entrée de couche</translation>
    </message>
    <message>
        <source>has {value} in place of {what}</source>
        <translation>a {value} à la place de ceci : {what}</translation>
    </message>
    <message>
        <source>have nodata within {side} × {side} pixels</source>
        <translation>ont des pixels nodata dans une fenêtre de {side} × {side} pixels</translation>
    </message>
    <message>
        <source>higher</source>
        <translation>plus haut</translation>
    </message>
    <message>
        <source>image {number}</source>
        <translation>image {number}</translation>
    </message>
    <message>
        <source>in blocks of the image</source>
        <translation>par blocs de l&apos;image</translation>
    </message>
    <message>
        <source>inputs and outputs</source>
        <translation>entrées et sorties</translation>
    </message>
    <message>
        <source>is a Keras network under another name. Let its name end in .keras</source>
        <translation>est un réseau Keras sous un autre nom. Terminez son nom par .keras</translation>
    </message>
    <message>
        <source>is a Keras network, which has to be imported first</source>
        <translation>est un réseau Keras, qui doit d&apos;abord être importé</translation>
    </message>
    <message>
        <source>is a PyTorch model. Export it to ONNX in PyTorch (torch.onnx.export), and turn that into a SavedModel with onnx2tf -osd</source>
        <translation>est un modèle PyTorch. Exportez-le en ONNX dans PyTorch (torch.onnx.export), et faites-en un SavedModel avec onnx2tf -osd</translation>
    </message>
    <message>
        <source>is a SavedModel under another name. Rename it to saved_model.pb, beside its folder “variables”</source>
        <translation>est un SavedModel sous un autre nom. Renommez-le en saved_model.pb, à côté de son dossier « variables »</translation>
    </message>
    <message>
        <source>is a TFLite model, which cannot be turned back. Give the SavedModel or .keras file that it was made of</source>
        <translation>est un modèle TFLite, qui ne peut pas être reconverti. Indiquez le SavedModel ou le fichier .keras dont il est issu</translation>
    </message>
    <message>
        <source>is a TensorFlow SavedModel, which has to be imported first</source>
        <translation>est un SavedModel de TensorFlow, qui doit d&apos;abord être importé</translation>
    </message>
    <message>
        <source>is a checkpoint, which holds weights without a network. Restore it in TensorFlow, and save a SavedModel</source>
        <translation>est un point de reprise (checkpoint), qui contient des poids sans réseau. Restaurez-le dans TensorFlow, et enregistrez un SavedModel</translation>
    </message>
    <message>
        <source>is a frozen graph of TensorFlow 1, which does not tell its inputs and outputs. Save it as a SavedModel in Python: tf.compat.v1.import_graph_def, then tf.compat.v1.saved_model.simple_save with inputs and outputs</source>
        <translation>est un graphe figé de TensorFlow 1, qui n&apos;indique ni ses entrées ni ses sorties. Enregistrez-le comme SavedModel en Python : tf.compat.v1.import_graph_def, puis tf.compat.v1.saved_model.simple_save avec les entrées et les sorties</translation>
    </message>
    <message>
        <source>is a graph written as text. Save the model as a SavedModel in the binary format</source>
        <translation>est un graphe écrit en texte. Enregistrez le modèle comme SavedModel au format binaire</translation>
    </message>
    <message>
        <source>is a link</source>
        <translation>est un lien</translation>
    </message>
    <message>
        <source>is a list of the kind {kind}; expected {expected}</source>
        <translation>est une liste du type {kind} ; attendu : {expected}</translation>
    </message>
    <message>
        <source>is a model definition of Esri, which only ArcGIS opens. If you have its PyTorch network, export that to ONNX and turn it into a SavedModel with onnx2tf -osd</source>
        <translation>est une définition de modèle d&apos;Esri, que seul ArcGIS ouvre. Si vous avez son réseau PyTorch, exportez-le en ONNX et faites-en un SavedModel avec onnx2tf -osd</translation>
    </message>
    <message>
        <source>is a part of a SavedModel. Choose saved_model.pb in its folder</source>
        <translation>est une partie d&apos;un SavedModel. Choisissez saved_model.pb dans son dossier</translation>
    </message>
    <message>
        <source>is a pickle of Python, which may run any code when it is opened. Train the model anew</source>
        <translation>est un pickle de Python, qui peut exécuter n&apos;importe quel code à l&apos;ouverture. Entraînez de nouveau le modèle</translation>
    </message>
    <message>
        <source>is a zip with a SavedModel in it. Unpack it, and choose saved_model.pb in its folder</source>
        <translation>est un zip qui contient un SavedModel. Décompressez-le, et choisissez saved_model.pb dans son dossier</translation>
    </message>
    <message>
        <source>is a {module}.{kind}; expected a network made with keras.Model(inputs, outputs)</source>
        <translation>est un {module}.{kind} ; un réseau construit avec keras.Model(inputs, outputs) est attendu</translation>
    </message>
    <message>
        <source>is an HDF5 file, as Keras wrote its networks until 2023. Load it in Python and save it in the newer format: keras.saving.load_model(“old.h5”, compile=False).save(“new.keras”). If it holds only weights, build the network first, then call its load_weights</source>
        <translation>est un fichier HDF5, comme Keras en écrivait pour ses réseaux jusqu&apos;en 2023. Chargez-le en Python et enregistrez-le dans le nouveau format : keras.saving.load_model(« old.h5 », compile=False).save(« new.keras »). S&apos;il ne contient que des poids, construisez d&apos;abord le réseau, puis appelez son load_weights</translation>
    </message>
    <message>
        <source>is an ONNX model, which exportmodel writes but importmodel does not read. Turn it into a SavedModel with onnx2tf -osd, or export it as one where it was trained</source>
        <translation>est un modèle ONNX, qu&apos;exportmodel écrit mais qu&apos;importmodel ne lit pas. Faites-en un SavedModel avec onnx2tf -osd, ou exportez-le ainsi là où il a été entraîné</translation>
    </message>
    <message>
        <source>is compressed in an unusual way</source>
        <translation>est compressée d&apos;une façon inhabituelle</translation>
    </message>
    <message>
        <source>is empty</source>
        <translation>est vide</translation>
    </message>
    <message>
        <source>is encrypted</source>
        <translation>est chiffrée</translation>
    </message>
    <message>
        <source>is less than {least}</source>
        <translation>est inférieur à {least}</translation>
    </message>
    <message>
        <source>is no JSON</source>
        <translation>n&apos;est pas du JSON</translation>
    </message>
    <message>
        <source>is no shape</source>
        <translation>n&apos;est pas une forme</translation>
    </message>
    <message>
        <source>is not the model but a pointer to it, of Git LFS. Fetch the file itself with “git lfs pull”</source>
        <translation>n&apos;est pas le modèle mais un pointeur de Git LFS vers lui. Récupérez le fichier lui-même avec « git lfs pull »</translation>
    </message>
    <message>
        <source>is of the kind {kind}; expected {expected}</source>
        <translation>est du type {kind} ; attendu : {expected}</translation>
    </message>
    <message>
        <source>is something else</source>
        <translation>est autre chose</translation>
    </message>
    <message>
        <source>is too large</source>
        <translation>est trop grand</translation>
    </message>
    <message>
        <source>it answers with an image for each patch instead of one class</source>
        <translation>il répond à chaque imagette par une image et non par une classe unique</translation>
    </message>
    <message>
        <source>it contains a link, which may point to another file</source>
        <translation>il contient un lien, qui peut renvoyer à un autre fichier</translation>
    </message>
    <message>
        <source>it contains half a character</source>
        <translation>il contient la moitié d&apos;un caractère</translation>
    </message>
    <message>
        <source>it declares an entity</source>
        <translation>il déclare une entité</translation>
    </message>
    <message>
        <source>it does not tell how the model was trained</source>
        <translation>elle n&apos;indique pas comment le modèle a été entraîné</translation>
    </message>
    <message>
        <source>it ends where more is expected</source>
        <translation>il finit là où une suite est attendue</translation>
    </message>
    <message>
        <source>it has no function “{function}”</source>
        <translation>il n&apos;a pas de fonction « {function} »</translation>
    </message>
    <message>
        <source>it has no node “{name}”</source>
        <translation>il n&apos;a pas de nœud « {name} »</translation>
    </message>
    <message>
        <source>it has no symbology</source>
        <translation>il n&apos;a pas de symbologie</translation>
    </message>
    <message>
        <source>it has too many groups</source>
        <translation>il a trop de groupes</translation>
    </message>
    <message>
        <source>it has too many parts</source>
        <translation>il a trop de parties</translation>
    </message>
    <message>
        <source>it has {count} bytes; at most {most} are read</source>
        <translation>il a {count} octets ; au plus {most} sont lus</translation>
    </message>
    <message>
        <source>it holds an object of an unknown version</source>
        <translation>il contient un objet d&apos;une version inconnue</translation>
    </message>
    <message>
        <source>it is laid out in an unusual way</source>
        <translation>il est organisé d&apos;une façon inhabituelle</translation>
    </message>
    <message>
        <source>it is neither a FeatureCollection nor a Feature</source>
        <translation>ce n&apos;est ni une FeatureCollection ni une Feature</translation>
    </message>
    <message>
        <source>it is nested more than {most} levels deep</source>
        <translation>il est imbriqué sur plus de {most} niveaux</translation>
    </message>
    <message>
        <source>it is no HDF5 file</source>
        <translation>ce n&apos;est pas un fichier HDF5</translation>
    </message>
    <message>
        <source>it is not text in UTF-8</source>
        <translation>ce n&apos;est pas du texte en UTF-8</translation>
    </message>
    <message>
        <source>it is of an unknown version</source>
        <translation>il est d&apos;une version inconnue</translation>
    </message>
    <message>
        <source>it is too large</source>
        <translation>il est trop grand</translation>
    </message>
    <message>
        <source>it merges a vector with an image</source>
        <translation>il fusionne un vecteur et une image</translation>
    </message>
    <message>
        <source>it merges images of different sizes</source>
        <translation>il fusionne des images de tailles différentes</translation>
    </message>
    <message>
        <source>it merges images of {counts: and } channels ({kind})</source>
        <translation>il fusionne des images de {counts: et } canaux ({kind})</translation>
    </message>
    <message>
        <source>it needs {left} + {right} × {top} + {bottom} pixels around a block, repeats itself every {columns} × {rows} pixels</source>
        <translation>il a besoin de {left} + {right} × {top} + {bottom} pixels autour d&apos;un bloc et se répète tous les {columns} × {rows} pixels</translation>
    </message>
    <message>
        <source>it points outside of itself</source>
        <translation>il renvoie hors de lui-même</translation>
    </message>
    <message>
        <source>it shares messages between objects</source>
        <translation>il partage des messages entre des objets</translation>
    </message>
    <message>
        <source>its answer does not depend on all of its images</source>
        <translation>sa réponse ne dépend pas de toutes ses images</translation>
    </message>
    <message>
        <source>its arrays are compressed, or lie in another file</source>
        <translation>ses tableaux sont compressés, ou se trouvent dans un autre fichier</translation>
    </message>
    <message>
        <source>its arrays declare more numbers than it holds</source>
        <translation>ses tableaux déclarent plus de nombres qu&apos;il n&apos;en contient</translation>
    </message>
    <message>
        <source>its arrays lie in pieces</source>
        <translation>ses tableaux sont en morceaux</translation>
    </message>
    <message>
        <source>its entries</source>
        <translation>ses entrées</translation>
    </message>
    <message>
        <source>its function “{function}” calls itself</source>
        <translation>sa fonction « {function} » s&apos;appelle elle-même</translation>
    </message>
    <message>
        <source>its images have pixels of different size ({sizes: and })</source>
        <translation>ses images ont des pixels de tailles différentes ({sizes: et })</translation>
    </message>
    <message>
        <source>its images meet at different sizes</source>
        <translation>ses images se rejoignent à des tailles différentes</translation>
    </message>
    <message>
        <source>its layers pad or repeat their input, so that {tensors} kinds of cells differ</source>
        <translation>ses couches complètent ou répètent leur entrée, si bien que {tensors} sortes de cellules diffèrent</translation>
    </message>
    <message>
        <source>its parts are for different numbers of bands</source>
        <translation>ses parties concernent des nombres de bandes différents</translation>
    </message>
    <message>
        <source>its type must be one of {types}, received {dtype}</source>
        <translation>son type doit être l&apos;un de {types}, reçu : {dtype}</translation>
    </message>
    <message>
        <source>its variable “{name}”</source>
        <translation>sa variable « {name} »</translation>
    </message>
    <message>
        <source>judging</source>
        <translation>évaluation</translation>
    </message>
    <message>
        <source>judging {name}</source>
        <translation>évaluation de {name}</translation>
    </message>
    <message>
        <source>laying gaps</source>
        <translation>pose des lacunes</translation>
    </message>
    <message>
        <source>learning rate, schedule, weight decay, class weights, augmentation, patience and calibration</source>
        <translation>taux d&apos;apprentissage et son évolution, décroissance des poids, poids des classes, augmentation, patience et calibration</translation>
    </message>
    <message>
        <source>lengths differ</source>
        <translation>les longueurs diffèrent</translation>
    </message>
    <message>
        <source>looking for patches without nodata</source>
        <translation>recherche des imagettes sans nodata</translation>
    </message>
    <message>
        <source>loss {loss:.4f}  RMSE {rmse:.4g}</source>
        <translation>perte {loss:.4f}  RMSE {rmse:.4g}</translation>
    </message>
    <message>
        <source>loss {loss:.4f}  accuracy {accuracy:.3f}</source>
        <translation>perte {loss:.4f}  exactitude {accuracy:.3f}</translation>
    </message>
    <message>
        <source>loss {loss:.4f}  accuracy {accuracy:.3f}  kappa {kappa:.3f}</source>
        <translation>perte {loss:.4f}  exactitude {accuracy:.3f}  indice kappa {kappa:.3f}</translation>
    </message>
    <message>
        <source>lower</source>
        <translation>plus bas</translation>
    </message>
    <message>
        <source>map units</source>
        <translation>unités de carte</translation>
    </message>
    <message>
        <source>masking</source>
        <translation>masquage</translation>
    </message>
    <message>
        <source>mean kappa in {count} parts of the training samples that lie apart from those learned from – {scores:; }; chosen: {chosen}</source>
        <translation>indice kappa moyen sur {count} parties des échantillons d&apos;entraînement, séparées de celles qui servent à apprendre – {scores: ; } ; choix : {chosen}</translation>
    </message>
    <message>
        <source>more than {most}</source>
        <translation>plus de {most}</translation>
    </message>
    <message>
        <source>name</source>
        <translation>nom</translation>
    </message>
    <message>
        <source>names a worker twice</source>
        <translation>nomme deux fois le même « worker »</translation>
    </message>
    <message>
        <source>names of tensors</source>
        <translation>noms de tenseurs</translation>
    </message>
    <message>
        <source>names other tasks than workers</source>
        <translation>nomme d&apos;autres tâches que « worker »</translation>
    </message>
    <message>
        <source>no</source>
        <translation>non</translation>
    </message>
    <message>
        <source>no NVIDIA driver was found</source>
        <translation>aucun pilote NVIDIA n&apos;a été trouvé</translation>
    </message>
    <message>
        <source>no classes</source>
        <translation>aucune classe</translation>
    </message>
    <message>
        <source>no pixel of the patch is labelled in {layer}</source>
        <translation>aucun pixel de l&apos;imagette n&apos;est étiqueté dans {layer}</translation>
    </message>
    <message>
        <source>no signature</source>
        <translation>aucune signature</translation>
    </message>
    <message>
        <source>no {dtype} can be {nodata:g}</source>
        <translation>aucun {dtype} ne peut valoir {nodata:g}</translation>
    </message>
    <message>
        <source>none</source>
        <translation>néant</translation>
    </message>
    <message>
        <source>not even a block of {width} × {height} pixels fits</source>
        <translation>pas même un bloc de {width} × {height} pixels ne tient en mémoire</translation>
    </message>
    <message>
        <source>numbers are missing</source>
        <translation>des nombres manquent</translation>
    </message>
    <message>
        <source>numbers of the wrong kind</source>
        <translation>des nombres d&apos;un type incorrect</translation>
    </message>
    <message>
        <source>on nodata</source>
        <translation>sur des pixels nodata</translation>
    </message>
    <message>
        <source>only {read} of {recorded} features are there</source>
        <translation>il n&apos;y a que {read} entités sur {recorded}</translation>
    </message>
    <message>
        <source>outside {layer}</source>
        <translation>hors de {layer}</translation>
    </message>
    <message>
        <source>overall accuracy {accuracy:.4f}, kappa {kappa:.4f}{interval}, {count} samples{blocks}</source>
        <translation>exactitude globale {accuracy:.4f}, indice kappa {kappa:.4f}{interval}, {count} échantillons{blocks}</translation>
    </message>
    <message>
        <source>patches</source>
        <translation>imagettes</translation>
    </message>
    <message>
        <source>pixels</source>
        <translation>pixels</translation>
    </message>
    <message>
        <source>reading ranges</source>
        <translation>lecture des plages de valeurs</translation>
    </message>
    <message>
        <source>record it in the file as its nodata value (“Translate”, assign nodata)</source>
        <translation>enregistrez-la dans le fichier comme valeur nodata (« Convertir (changer de format) », attribuer une valeur nodata)</translation>
    </message>
    <message>
        <source>refers to the layer {layer}, which does not come before</source>
        <translation>renvoie à la couche {layer}, qui ne la précède pas</translation>
    </message>
    <message>
        <source>roots out of range</source>
        <translation>des racines hors limites</translation>
    </message>
    <message>
        <source>scale and fineness</source>
        <translation>échelle et finesse</translation>
    </message>
    <message>
        <source>scale and offset</source>
        <translation>l&apos;échelle et le décalage</translation>
    </message>
    <message>
        <source>set up the engine again (rasterlearn:setupengine) with {p:device=gpu}; docs/gpu.md tells more</source>
        <translation>réinstallez le moteur (rasterlearn:setupengine) avec {p:device=gpu} ; docs/gpu.md en dit plus</translation>
    </message>
    <message>
        <source>setting {number} of {count}</source>
        <translation>réglage {number} sur {count}</translation>
    </message>
    <message>
        <source>stands twice</source>
        <translation>figure deux fois</translation>
    </message>
    <message>
        <source>statistics</source>
        <translation>statistiques</translation>
    </message>
    <message>
        <source>test {count}</source>
        <translation>test {count}</translation>
    </message>
    <message>
        <source>text</source>
        <translation>du texte</translation>
    </message>
    <message>
        <source>the architecture</source>
        <translation>l&apos;architecture</translation>
    </message>
    <message>
        <source>the bands of a source</source>
        <translation>les bandes d&apos;une source</translation>
    </message>
    <message>
        <source>the bands of a target</source>
        <translation>les bandes d&apos;une cible</translation>
    </message>
    <message>
        <source>the bands that are left out</source>
        <translation>les bandes laissées de côté</translation>
    </message>
    <message>
        <source>the classes</source>
        <translation>les classes</translation>
    </message>
    <message>
        <source>the forest in the model file</source>
        <translation>la forêt dans le fichier du modèle</translation>
    </message>
    <message>
        <source>the forest knows {known} features, not {received}</source>
        <translation>la forêt connaît {known} variables explicatives et non {received}</translation>
    </message>
    <message>
        <source>the height of a patch</source>
        <translation>la hauteur d&apos;une imagette</translation>
    </message>
    <message>
        <source>the id of an item must be text, received {id}</source>
        <translation>l&apos;identifiant d&apos;un item doit être du texte ; reçu : {id}</translation>
    </message>
    <message>
        <source>the image</source>
        <translation>l&apos;image</translation>
    </message>
    <message>
        <source>the image that the model learned from</source>
        <translation>l&apos;image de l&apos;apprentissage du modèle</translation>
    </message>
    <message>
        <source>the images</source>
        <translation>l&apos;ensemble des images</translation>
    </message>
    <message>
        <source>the input shape of {what}</source>
        <translation>la forme d&apos;entrée de {what}</translation>
    </message>
    <message>
        <source>the inputs of {what}</source>
        <translation>les entrées de {what}</translation>
    </message>
    <message>
        <source>the kind</source>
        <translation>le type</translation>
    </message>
    <message>
        <source>the label image</source>
        <translation>l&apos;image d&apos;étiquettes</translation>
    </message>
    <message>
        <source>the labels of the patches</source>
        <translation>les étiquettes des imagettes</translation>
    </message>
    <message>
        <source>the last ones of each class</source>
        <translation>les dernières de chaque classe</translation>
    </message>
    <message>
        <source>the layer {name}</source>
        <translation>la couche {name}</translation>
    </message>
    <message>
        <source>the layer “{layer}” computes with {dtype}</source>
        <translation>la couche « {layer} » calcule avec {dtype}</translation>
    </message>
    <message>
        <source>the layer “{layer}” has a parameter of its own for each cell of a patch</source>
        <translation>la couche « {layer} » a un paramètre propre à chaque cellule d&apos;une imagette</translation>
    </message>
    <message>
        <source>the layer “{layer}” has its channels first</source>
        <translation>la couche « {layer} » a ses canaux en premier</translation>
    </message>
    <message>
        <source>the layer “{layer}” has no cell left for {length} cells of its input</source>
        <translation>la couche « {layer} » n&apos;a plus aucune cellule pour {length} cellules de son entrée</translation>
    </message>
    <message>
        <source>the layer “{layer}” is a grouped convolution</source>
        <translation>la couche « {layer} » est une convolution par groupes</translation>
    </message>
    <message>
        <source>the layer “{layer}” is a transposed convolution with dilation</source>
        <translation>la couche « {layer} » est une convolution transposée avec dilatation</translation>
    </message>
    <message>
        <source>the layer “{layer}” is of the kind {kind}</source>
        <translation>la couche « {layer} » est du type {kind}</translation>
    </message>
    <message>
        <source>the layer “{layer}” is of the kind {kind}, on a vector</source>
        <translation>la couche « {layer} » est du type {kind}, sur un vecteur</translation>
    </message>
    <message>
        <source>the layer “{layer}” merges images of different sizes</source>
        <translation>la couche « {layer} » fusionne des images de tailles différentes</translation>
    </message>
    <message>
        <source>the layer “{layer}” reshapes to {shape}</source>
        <translation>la couche « {layer} » redimensionne en {shape}</translation>
    </message>
    <message>
        <source>the layer “{layer}” works along another axis than the channels</source>
        <translation>la couche « {layer} » travaille selon un autre axe que les canaux</translation>
    </message>
    <message>
        <source>the layer “{layer}” works on a vector made of several cells</source>
        <translation>la couche « {layer} » travaille sur un vecteur formé de plusieurs cellules</translation>
    </message>
    <message>
        <source>the layers of a network</source>
        <translation>les couches d&apos;un réseau</translation>
    </message>
    <message>
        <source>the map “{map}”</source>
        <translation>la carte « {map} »</translation>
    </message>
    <message>
        <source>the method</source>
        <translation>la méthode</translation>
    </message>
    <message>
        <source>the model</source>
        <translation>le modèle</translation>
    </message>
    <message>
        <source>the name of a band</source>
        <translation>le nom d&apos;une bande</translation>
    </message>
    <message>
        <source>the name of a class</source>
        <translation>le nom d&apos;une classe</translation>
    </message>
    <message>
        <source>the name of a layer</source>
        <translation>le nom d&apos;une couche</translation>
    </message>
    <message>
        <source>the name of a network</source>
        <translation>le nom d&apos;un réseau</translation>
    </message>
    <message>
        <source>the name “{repeated}” stands twice</source>
        <translation>le nom « {repeated} » figure deux fois</translation>
    </message>
    <message>
        <source>the names in it are missing</source>
        <translation>les noms y manquent</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>le réseau</translation>
    </message>
    <message>
        <source>the network in the model file</source>
        <translation>le réseau dans le fichier du modèle</translation>
    </message>
    <message>
        <source>the nodata value</source>
        <translation>la valeur nulle (nodata)</translation>
    </message>
    <message>
        <source>the patch reaches beyond the edge of {layer}</source>
        <translation>l&apos;imagette dépasse le bord de {layer}</translation>
    </message>
    <message>
        <source>the patch touches nodata in {layer}</source>
        <translation>l&apos;imagette touche des pixels nodata dans {layer}</translation>
    </message>
    <message>
        <source>the patches</source>
        <translation>les imagettes</translation>
    </message>
    <message>
        <source>the ranges of values</source>
        <translation>les intervalles de valeurs</translation>
    </message>
    <message>
        <source>the reference “{labels}”</source>
        <translation>la référence « {labels} »</translation>
    </message>
    <message>
        <source>the scales and offsets</source>
        <translation>les échelles et décalages</translation>
    </message>
    <message>
        <source>the set of patches</source>
        <translation>le jeu d&apos;imagettes</translation>
    </message>
    <message>
        <source>the shape of an input</source>
        <translation>la forme d&apos;une entrée</translation>
    </message>
    <message>
        <source>the shape of {operation}</source>
        <translation>la forme de {operation}</translation>
    </message>
    <message>
        <source>the size of a pixel</source>
        <translation>la taille d&apos;un pixel</translation>
    </message>
    <message>
        <source>the size of a pixel is not positive</source>
        <translation>la taille d&apos;un pixel n&apos;est pas positive</translation>
    </message>
    <message>
        <source>the sources</source>
        <translation>les sources</translation>
    </message>
    <message>
        <source>the target image</source>
        <translation>l&apos;image cible</translation>
    </message>
    <message>
        <source>the targets</source>
        <translation>les cibles</translation>
    </message>
    <message>
        <source>the targets of the validation set</source>
        <translation>les cibles du jeu de validation</translation>
    </message>
    <message>
        <source>the training set</source>
        <translation>le jeu d&apos;apprentissage</translation>
    </message>
    <message>
        <source>the training set “{labels}”</source>
        <translation>le jeu d&apos;apprentissage « {labels} »</translation>
    </message>
    <message>
        <source>the type of an input</source>
        <translation>le type d&apos;une entrée</translation>
    </message>
    <message>
        <source>the type of {operation}</source>
        <translation>le type de {operation}</translation>
    </message>
    <message>
        <source>the validation patches</source>
        <translation>les imagettes de validation</translation>
    </message>
    <message>
        <source>the value of a class</source>
        <translation>la valeur d&apos;une classe</translation>
    </message>
    <message>
        <source>the values of “{points}”</source>
        <translation>les valeurs de « {points} »</translation>
    </message>
    <message>
        <source>the values that stand for nodata</source>
        <translation>les valeurs qui signifient nodata</translation>
    </message>
    <message>
        <source>the variables in the model file</source>
        <translation>les variables dans le fichier du modèle</translation>
    </message>
    <message>
        <source>the width of a patch</source>
        <translation>la largeur d&apos;une imagette</translation>
    </message>
    <message>
        <source>their names are no list of names</source>
        <translation>leurs noms ne sont pas une liste de noms</translation>
    </message>
    <message>
        <source>there are more of them than names</source>
        <translation>elles sont plus nombreuses que les noms</translation>
    </message>
    <message>
        <source>this TensorFlow was built without CUDA</source>
        <translation>ce TensorFlow a été construit sans CUDA</translation>
    </message>
    <message>
        <source>thresholds malformed</source>
        <translation>des seuils mal formés</translation>
    </message>
    <message>
        <source>too many trees</source>
        <translation>trop d&apos;arbres</translation>
    </message>
    <message>
        <source>train</source>
        <translation>entraînement</translation>
    </message>
    <message>
        <source>train {count}</source>
        <translation>entraînement {count}</translation>
    </message>
    <message>
        <source>training</source>
        <translation>d&apos;entraînement</translation>
    </message>
    <message>
        <source>training the forest</source>
        <translation>entraînement de la forêt</translation>
    </message>
    <message>
        <source>tree nodes point outside the forest</source>
        <translation>des nœuds d&apos;arbres renvoient hors de la forêt</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true ou false</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>inconnu</translation>
    </message>
    <message>
        <source>unlimited</source>
        <translation>illimitée</translation>
    </message>
    <message>
        <source>uses {what} in two networks, which RasterLearn does not open</source>
        <translation>utilise {what} dans deux réseaux, ce que RasterLearn n&apos;ouvre pas</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>validation</translation>
    </message>
    <message>
        <source>validation {count}</source>
        <translation>validation {count}</translation>
    </message>
    <message>
        <source>value</source>
        <translation>valeur</translation>
    </message>
    <message>
        <source>values</source>
        <translation>valeurs</translation>
    </message>
    <message>
        <source>values: l1, l2 or ssim</source>
        <translation>des valeurs : l1, l2 ou ssim</translation>
    </message>
    <message>
        <source>writing</source>
        <translation>écriture</translation>
    </message>
    <message>
        <source>writing points</source>
        <translation>écriture des points</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>oui</translation>
    </message>
    <message>
        <source>{attribute} of {operation} {fault}</source>
        <translation>{attribute} de {operation} {fault}</translation>
    </message>
    <message>
        <source>{band} has {low:.4g} … {high:.4g}, learned was {learned_low:.4g} … {learned_high:.4g}</source>
        <translation>{band} : {low:.4g} … {high:.4g}, appris : {learned_low:.4g} … {learned_high:.4g}</translation>
    </message>
    <message>
        <source>{columns} column(s) and {rows} row(s) at the end of “{image}” do not fill a pixel of the result; they are left out.</source>
        <translation>{columns} colonne(s) et {rows} ligne(s) à la fin de « {image} » ne remplissent pas un pixel du résultat ; elles sont laissées de côté.</translation>
    </message>
    <message>
        <source>{columns} × {rows} pixels of {width:g} × {height:g} from ({x:g}, {y:g})</source>
        <translation>{columns} × {rows} pixels de {width:g} × {height:g} à partir de ({x:g}, {y:g})</translation>
    </message>
    <message>
        <source>{command} runs as one process, but {tasks} tasks were asked for. Leave {p:nodes} and {p:tasks_per_node} at 1, and raise {p:cpus_per_task}.</source>
        <translation>{command} s&apos;exécute dans un seul processus, mais {tasks} ont été demandés. Laissez {p:nodes} et {p:tasks_per_node} à 1, et augmentez {p:cpus_per_task}.</translation>
    </message>
    <message>
        <source>{count:,} clear pixels of “{image}” have the value {nodata:g}, which means nodata in the output. Choose a value for {p:nodata} that no pixel has.</source>
        <translation>{count:,} pixels clairs de « {image} » ont la valeur {nodata:g}, qui signifie nodata dans la sortie. Choisissez pour {p:nodata} une valeur qu&apos;aucun pixel n&apos;a.</translation>
    </message>
    <message>
        <source>{count:,} pixels ({share:.2f} %) are masked.</source>
        <translation>{count:,} pixels ({share:.2f} %) sont masqués.</translation>
    </message>
    <message>
        <source>{count:,} pixels ({share:.2f} %) were filled.</source>
        <translation>{count:,} pixels ({share:.2f} %) ont été comblés.</translation>
    </message>
    <message>
        <source>{count:,} pixels of “{image}” stay nodata: no other image is clear there.</source>
        <translation>{count:,} pixels de « {image} » gardent la valeur nulle (nodata) : aucune autre image n&apos;y est claire.</translation>
    </message>
    <message>
        <source>{count} GPUs</source>
        <translation>{count} GPU</translation>
    </message>
    <message>
        <source>{count} GPUs: {names}</source>
        <translation>{count} GPU : {names}</translation>
    </message>
    <message>
        <source>{count} because {reason}</source>
        <translation>{count} parce que : {reason}</translation>
    </message>
    <message>
        <source>{count} block</source>
        <translation>{count} bloc</translation>
    </message>
    <message>
        <source>{count} blocks</source>
        <translation>{count} blocs</translation>
    </message>
    <message>
        <source>{count} feature(s) of “{labels}” have no class or no usable geometry; they are left out.</source>
        <translation>{count} entité(s) de « {labels} » n&apos;ont pas de classe ou pas de géométrie utilisable ; elles sont écartées.</translation>
    </message>
    <message>
        <source>{count} items</source>
        <translation>{count} éléments</translation>
    </message>
    <message>
        <source>{count} labelled pixels were left out: not every map has a class there.</source>
        <translation>{count} pixels étiquetés ont été écartés : au moins une carte n&apos;y a pas de classe.</translation>
    </message>
    <message>
        <source>{count} more bands</source>
        <translation>{count} autres bandes</translation>
    </message>
    <message>
        <source>{count} more images were not mapped; the table ({p:output_table}) has all.</source>
        <translation>{count} autres images n&apos;ont pas été cartographiées ; le tableau ({p:output_table}) les contient toutes.</translation>
    </message>
    <message>
        <source>{count} more maps have such a warning; the table ({p:output_table}) has all.</source>
        <translation>{count} autres cartes ont un tel avertissement ; le tableau ({p:output_table}) les contient tous.</translation>
    </message>
    <message>
        <source>{count} of {total} patches have nodata; they are left out.</source>
        <translation>{count} imagettes sur {total} ont des pixels nodata ; elles sont écartées.</translation>
    </message>
    <message>
        <source>{count} patches.</source>
        <translation>{count} imagettes.</translation>
    </message>
    <message>
        <source>{count} patches. Rejected: {rejected:; }.</source>
        <translation>{count} imagettes. Rejets : {rejected: ; }.</translation>
    </message>
    <message>
        <source>{count} pixels of “{labels}” lie in features of different classes. With {p:overlaps=each} they may be drawn for each of them, with {p:overlaps=skip} they are left out; best is to correct the layer.</source>
        <translation>{count} pixels de « {labels} » se trouvent dans des entités de classes différentes. Avec {p:overlaps=each}, ils peuvent être tirés pour chacune d&apos;elles ; avec {p:overlaps=skip}, ils sont écartés ; le mieux est de corriger la couche.</translation>
    </message>
    <message>
        <source>{count} pixels of “{labels}” lie in features of different classes; they are left out.</source>
        <translation>{count} pixels de « {labels} » se trouvent dans des entités de classes différentes ; ils sont écartés.</translation>
    </message>
    <message>
        <source>{count} point(s) lie outside the image or {nodata}; they are left out.</source>
        <translation>{count} point(s) se trouvent hors de l&apos;image ou {nodata} ; ils sont écartés.</translation>
    </message>
    <message>
        <source>{done} of {count} strips were mapped before.</source>
        <translation>{done} bandes de lignes sur {count} étaient déjà cartographiées.</translation>
    </message>
    <message>
        <source>{duration} for {count} images: {speed:.1f} images/s on {device}.</source>
        <translation>{duration} pour {count} images : {speed:.1f} images/s sur {device}.</translation>
    </message>
    <message>
        <source>{entry} is missing</source>
        <translation>{entry} manque</translation>
    </message>
    <message>
        <source>{fewest} to {most}</source>
        <translation>{fewest} à {most}</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} à {last}</translation>
    </message>
    <message>
        <source>{gain:.12g} · x {bias:+.12g}</source>
        <translation>{gain:.12g} · x {bias:+.12g}</translation>
    </message>
    <message>
        <source>{gaps:,} of {clear:,} clear pixels ({share:.2f} %) lie in gaps now.</source>
        <translation>{gaps:,} des {clear:,} pixels clairs ({share:.2f} %) se trouvent maintenant dans des lacunes.</translation>
    </message>
    <message>
        <source>{held} patches are set aside ({where}), {trained} are trained on, and {left_out} share pixels with those set aside and are left out.</source>
        <translation>{held} imagettes sont mises de côté ({where}), {trained} servent à l&apos;entraînement, et {left_out} ont des pixels en commun avec celles mises de côté et sont écartées.</translation>
    </message>
    <message>
        <source>{hours} h {minutes:02d} min</source>
        <translation>{hours} h {minutes:02d} min</translation>
    </message>
    <message>
        <source>{labels}, {set}: {counts}</source>
        <translation>{labels}, {set} : {counts}</translation>
    </message>
    <message>
        <source>{label}: {pixels:,} pixels ({share:.2f} %)</source>
        <translation>{label} : {pixels:,} pixels ({share:.2f} %)</translation>
    </message>
    <message>
        <source>{library} is needed for this, and not installed. Install it with: pip install &quot;rasterlearn[{extra}]&quot;</source>
        <translation>{library} est nécessaire pour cela et n&apos;est pas installé. Installez-le avec : pip install &quot;rasterlearn[{extra}]&quot;</translation>
    </message>
    <message>
        <source>{message} The image has no position of its own and lies where QGIS shows it, at x 0 … {width} and y −{height} … 0 (samples of earlier versions of RasterLearn: y 0 … {height}; select them again).</source>
        <translation>{message} L&apos;image n&apos;a pas de position propre et se trouve là où QGIS la montre, à x 0 … {width} et y −{height} … 0 (échantillons de versions antérieures de RasterLearn : y 0 … {height} ; sélectionnez-les de nouveau).</translation>
    </message>
    <message>
        <source>{message} The image is placed by its {control:part}; its pixels have no coordinates. Warp it first (“Warp (reproject)” in the Raster menu), and use the warped image.</source>
        <translation>{message} L&apos;image est placée par ses {control:part} ; ses pixels n&apos;ont pas de coordonnées. Reprojetez-la d&apos;abord (« Projection (warp) » dans le menu Raster), et utilisez l&apos;image reprojetée.</translation>
    </message>
    <message>
        <source>{minutes} min {seconds:02d} s</source>
        <translation>{minutes} min {seconds:02d} s</translation>
    </message>
    <message>
        <source>{name:capital} were extracted from an image whose band {band} is recorded with scale {scale:g} and offset {offset:g}, but those to learn from with {expected_scale:g} and {expected_offset:g}: the same ground has other numbers. Extract both from images of one kind, or normalize the second image with “Statistics from” set to the first, normalized one.</source>
        <translation>{name:capital} : extraction d&apos;une image dont la bande {band} est enregistrée avec l&apos;échelle {scale:g} et le décalage {offset:g}, mais {expected_scale:g} et {expected_offset:g} pour l&apos;apprentissage : le même sol a d&apos;autres nombres. Extrayez les deux d&apos;images de même nature, ou normalisez la seconde image avec « Statistiques issues de » réglé sur la première, normalisée.</translation>
    </message>
    <message>
        <source>{names} and {count} more</source>
        <translation>{names} et {count} autres</translation>
    </message>
    <message>
        <source>{name} (1 core)</source>
        <translation>{name} (1 cœur)</translation>
    </message>
    <message>
        <source>{name} ({count} cores)</source>
        <translation>{name} ({count} cœurs)</translation>
    </message>
    <message>
        <source>{name} ({dtype}, any shape)</source>
        <translation>{name} ({dtype}, forme quelconque)</translation>
    </message>
    <message>
        <source>{name} ({dtype}, one number)</source>
        <translation>{name} ({dtype}, un nombre)</translation>
    </message>
    <message>
        <source>{name} ({dtype}, {sides: × })</source>
        <translation>{name} ({dtype}, {sides: × })</translation>
    </message>
    <message>
        <source>{name}: receptive field {columns} × {rows}</source>
        <translation>{name} : champ récepteur {columns} × {rows}</translation>
    </message>
    <message>
        <source>{name}: y = {gain:.6g} x {bias:+.6g}</source>
        <translation>{name} : y = {gain:.6g} x {bias:+.6g}</translation>
    </message>
    <message>
        <source>{name}: {accuracy}</source>
        <translation>{name} : {accuracy}</translation>
    </message>
    <message>
        <source>{network} answers a patch with one class, but the labels are patches of a label image. Choose an architecture that answers with an image (segmentation, unet), or extract patches without {p:label_image}.</source>
        <translation>{network} répond à une imagette par une seule classe, mais les étiquettes sont des imagettes d&apos;une image d&apos;étiquettes. Choisissez une architecture qui répond par une image (segmentation, unet), ou extrayez les imagettes sans {p:label_image}.</translation>
    </message>
    <message>
        <source>{network} answers a patch with single scores, but the patches are to be answered with patches of values. Choose one that answers with an image.</source>
        <translation>{network} répond à une imagette par de simples scores, mais la réponse attendue est faite d&apos;imagettes de valeurs. Choisissez un réseau qui répond par une image.</translation>
    </message>
    <message>
        <source>{network} answers with an image, so it learns from patches with a label for each pixel; received one label for each patch. Extract them with a {p:label_image}, or choose another architecture.</source>
        <translation>{network} répond par une image et apprend donc d&apos;imagettes qui ont une étiquette par pixel ; reçu : une étiquette par imagette. Extrayez-les avec une {p:label_image}, ou choisissez une autre architecture.</translation>
    </message>
    <message>
        <source>{network} answers with {values} value(s) for each pixel; the target patches have {bands} band(s). Give a network that has one value for each of them.</source>
        <translation>{network} répond par {values} valeur(s) pour chaque pixel ; les imagettes cibles ont {bands} bande(s). Indiquez un réseau qui a une valeur pour chacune.</translation>
    </message>
    <message>
        <source>{network} expects patches of height × width × bands {expected: and }; received {received: and }.</source>
        <translation>{network} attend des imagettes de hauteur × largeur × bandes {expected: et } ; reçu : {received: et }.</translation>
    </message>
    <message>
        <source>{number} of {count} images, {speed:.1f} images/s on {device}, {left} left</source>
        <translation>{number} images sur {count}, {speed:.1f} images/s sur {device}, reste {left}</translation>
    </message>
    <message>
        <source>{number}: {bands} at {width:g} × {height:g}</source>
        <translation>{number} : {bands} à {width:g} × {height:g}</translation>
    </message>
    <message>
        <source>{operation} declares another type than it has</source>
        <translation>{operation} déclare un autre type que le sien</translation>
    </message>
    <message>
        <source>{operation} has {inputs} inputs; expected {expected}</source>
        <translation>{operation} a {inputs} entrées ; attendu : {expected}</translation>
    </message>
    <message>
        <source>{operation} lacks {attribute}</source>
        <translation>{operation} : il manque {attribute}</translation>
    </message>
    <message>
        <source>{output} would be empty: {count} patch(es) are too few to share out. Leave {superfluous} out, choose smaller patches or a smaller step, or another strategy.</source>
        <translation>{output} serait vide : {count} imagette(s), c&apos;est trop peu pour une répartition. N&apos;indiquez pas {superfluous}, choisissez des imagettes plus petites, un pas plus petit ou une autre stratégie.</translation>
    </message>
    <message>
        <source>{output} would be empty: {p:strategy}={strategy} gives it no patches. Leave {output} out, or choose {p:strategy=split}.</source>
        <translation>{output} serait vide : {p:strategy}={strategy} ne lui donne aucune imagette. N&apos;indiquez pas {output}, ou choisissez {p:strategy=split}.</translation>
    </message>
    <message>
        <source>{output} would be empty: {percent} is 0. Leave {output} out, or raise its share.</source>
        <translation>{output} serait vide : {percent} vaut 0. N&apos;indiquez pas {output}, ou augmentez sa part.</translation>
    </message>
    <message>
        <source>{overlapping} of {count} validation patches ({share:.1f} %) overlap a training patch; the nearest training sample is {nearest:.0f} pixels ({distance:.4g} {unit}) away, in the median {median:.0f} pixels.</source>
        <translation>{overlapping} sur {count} imagettes de validation ({share:.1f} %) se superposent à une imagette d&apos;entraînement ; l&apos;échantillon d&apos;entraînement le plus proche est à {nearest:.0f} pixels ({distance:.4g} {unit}), en médiane à {median:.0f} pixels.</translation>
    </message>
    <message>
        <source>{overlapping} of {count} validation pixels ({share:.1f} %) overlap a training pixel; the nearest training sample is {nearest:.0f} pixels ({distance:.4g} {unit}) away, in the median {median:.0f} pixels.</source>
        <translation>{overlapping} sur {count} pixels de validation ({share:.1f} %) se superposent à un pixel d&apos;entraînement ; l&apos;échantillon d&apos;entraînement le plus proche est à {nearest:.0f} pixels ({distance:.4g} {unit}), en médiane à {median:.0f} pixels.</translation>
    </message>
    <message>
        <source>{p:answer=classes} needs an output of one channel; “{output}” has {count}.</source>
        <translation>{p:answer=classes} exige une sortie à un seul canal ; « {output} » en a {count}.</translation>
    </message>
    <message>
        <source>{p:assets} is for the items of a STAC catalog ({p:image_set} ends in {endings: or }), received “{assets}”. Leave it empty.</source>
        <translation>{p:assets} concerne les items d&apos;un catalogue STAC ({p:image_set} se termine par {endings: ou }) ; reçu : « {assets} ». Laissez-le vide.</translation>
    </message>
    <message>
        <source>{p:assets} must be names apart by commas, for each source of the model, received “{assets}”.</source>
        <translation>{p:assets} doit être formé de noms séparés par des virgules, pour chaque source du modèle ; reçu : « {assets} ».</translation>
    </message>
    <message>
        <source>{p:block_pixels} is {pixels}, but patches of {size} need blocks of at least {least} pixels. Make the blocks larger.</source>
        <translation>{p:block_pixels} vaut {pixels}, mais des imagettes de {size} demandent des blocs d&apos;au moins {least} pixels. Agrandissez les blocs.</translation>
    </message>
    <message>
        <source>{p:block_size} must be positive, or 0 for automatic, received {size}.</source>
        <translation>{p:block_size} doit être positif, ou 0 pour automatique ; reçu : {size}.</translation>
    </message>
    <message>
        <source>{p:box} must be four whole numbers x,y,width,height in pixels, received “{box}”.</source>
        <translation>{p:box} doit être formé de quatre nombres entiers x,y,largeur,hauteur en pixels ; reçu : « {box} ».</translation>
    </message>
    <message>
        <source>{p:buffer} must be 0 to {largest} pixels, received {buffer}.</source>
        <translation>{p:buffer} doit être compris entre 0 et {largest} pixels ; reçu : {buffer}.</translation>
    </message>
    <message>
        <source>{p:calibrate} needs a network that ends in a dense layer and a softmax; it is left as it is.</source>
        <translation>{p:calibrate} exige un réseau qui se termine par une couche dense et un softmax ; celui-ci est laissé tel quel.</translation>
    </message>
    <message>
        <source>{p:class_weights} and {p:calibrate} are for classes; these patches are answered with values.</source>
        <translation>{p:class_weights} et {p:calibrate} sont faits pour des classes ; la réponse à ces imagettes est faite de valeurs.</translation>
    </message>
    <message>
        <source>{p:cluster} is for label rasters ({p:labels}); features are counted by one process. Leave {p:cluster} empty.</source>
        <translation>{p:cluster} est destiné aux rasters d&apos;étiquettes ({p:labels}) ; les entités sont comptées par un seul processus. Laissez {p:cluster} vide.</translation>
    </message>
    <message>
        <source>{p:cluster} must be local:N (N processes of this machine), slurm:N (N workers that Slurm starts) or the address of a Dask scheduler such as tcp://host:8786, received “{cluster}”.</source>
        <translation>{p:cluster} doit être local:N (N processus de cette machine), slurm:N (N processus que Slurm lance) ou l&apos;adresse d&apos;un ordonnanceur Dask, comme tcp://host:8786 ; reçu « {cluster} ».</translation>
    </message>
    <message>
        <source>{p:cluster}={cluster} does not tell how many workers to start. Write slurm:N, or n-workers under jobqueue, slurm in {file}.</source>
        <translation>{p:cluster}={cluster} n&apos;indique pas combien de processus lancer. Écrivez slurm:N, ou n-workers sous jobqueue, slurm dans {file}.</translation>
    </message>
    <message>
        <source>{p:cluster}={cluster} needs Dask, which is not installed in the engine&apos;s Python. Install what requirements-cluster.txt lists there, or leave {p:cluster} empty.</source>
        <translation>{p:cluster}={cluster} demande Dask, qui n&apos;est pas installé dans le Python du moteur. Installez-y ce qu&apos;énumère requirements-cluster.txt, ou laissez {p:cluster} vide.</translation>
    </message>
    <message>
        <source>{p:cluster}={cluster} needs dask-jobqueue, which is not installed in the engine&apos;s Python. Install what requirements-cluster.txt lists there, or start the workers as docs/cluster.md tells.</source>
        <translation>{p:cluster}={cluster} demande dask-jobqueue, qui n&apos;est pas installé dans le Python du moteur. Installez-y ce qu&apos;énumère requirements-cluster.txt, ou lancez les processus comme l&apos;explique docs/cluster.md.</translation>
    </message>
    <message>
        <source>{p:cluster}={cluster} needs the program {program}, which this machine does not have. Run the job on a machine from which Slurm takes jobs.</source>
        <translation>{p:cluster}={cluster} demande le programme {program}, que cette machine n&apos;a pas. Lancez la tâche sur une machine d&apos;où Slurm accepte des tâches.</translation>
    </message>
    <message>
        <source>{p:count} and {p:patch_size} must be at least 1, received {count} and {size}.</source>
        <translation>{p:count} et {p:patch_size} doivent valoir au moins 1 ; reçu : {count} et {size}.</translation>
    </message>
    <message>
        <source>{p:count} is {wanted}, but only {count} patches without nodata have labels; all of them are taken, so that nothing is balanced.</source>
        <translation>{p:count} vaut {wanted}, mais seules {count} imagettes sans nodata ont des étiquettes ; toutes sont prises, et rien n&apos;est donc équilibré.</translation>
    </message>
    <message>
        <source>{p:count} must be at least 1, or 0 for half of the patches, received {count}.</source>
        <translation>{p:count} doit valoir au moins 1, ou 0 pour la moitié des imagettes ; reçu : {count}.</translation>
    </message>
    <message>
        <source>{p:count} must be at most {most:,}; the one received is larger. {p:strategy=all} takes all.</source>
        <translation>{p:count} doit valoir au plus {most:,} ; la valeur reçue est plus grande. {p:strategy=all} prend tout.</translation>
    </message>
    <message>
        <source>{p:dates} has {date_count} dates, but there are {image_count} images: {p:image}, then those of {p:series}. Give one for each, in this order, separated by commas, or only that of {p:image}.</source>
        <translation>{p:dates} contient {date_count} dates, mais il y a {image_count} images : {p:image}, puis celles de {p:series}. Indiquez-en une pour chacune, dans cet ordre, séparées par des virgules, ou seulement celle d&apos;{p:image}.</translation>
    </message>
    <message>
        <source>{p:dates} must be dates such as 2017-02-16, received “{text}”.</source>
        <translation>{p:dates} doit être formé de dates comme 2017-02-16 ; reçu : « {text} ».</translation>
    </message>
    <message>
        <source>{p:device} must be auto, cpu, gpu (all GPUs) or gpu:N (one of them, counted from 0), received “{device}”. Correct it, or choose {p:device=auto}.</source>
        <translation>{p:device} doit être auto, cpu, gpu (tous les GPU) ou gpu:N (l&apos;un d&apos;eux, à partir de 0) ; reçu : « {device} ». Corrigez-le, ou choisissez {p:device=auto}.</translation>
    </message>
    <message>
        <source>{p:device} names a device that TensorFlow does not list: expected {expected}, received {device}. Choose one of these, or {p:device=auto}.</source>
        <translation>{p:device} nomme un périphérique que TensorFlow ne connaît pas ; attendu : {expected} ; reçu : {device}. Choisissez l&apos;un de ceux-là, ou {p:device=auto}.</translation>
    </message>
    <message>
        <source>{p:device}={device} names one device of a machine, which several workers cannot share. Give each its own by CUDA_VISIBLE_DEVICES or srun --gpus-per-task, and choose {p:device=gpu}, cpu or auto.</source>
        <translation>{p:device}={device} désigne un seul appareil d&apos;une machine, que plusieurs processus ne peuvent pas se partager. Attribuez à chacun le sien par CUDA_VISIBLE_DEVICES ou srun --gpus-per-task, et choisissez {p:device=gpu}, cpu ou auto.</translation>
    </message>
    <message>
        <source>{p:device}={device} needs a GPU, but TensorFlow can use none: {reason}. {remedy}. Or choose {p:device=auto} or {p:device=cpu}.</source>
        <translation>{p:device}={device} exige un GPU, mais TensorFlow ne peut en utiliser aucun : {reason}. {remedy}. Ou choisissez {p:device=auto} ou {p:device=cpu}.</translation>
    </message>
    <message>
        <source>{p:estimate} is what images of other dates say: choose {p:method=linear} or nearest.</source>
        <translation>{p:estimate} est ce que disent les images d&apos;autres dates : choisissez {p:method=linear} ou nearest.</translation>
    </message>
    <message>
        <source>{p:extent} must be four numbers, received {extent}.</source>
        <translation>{p:extent} doit être formé de quatre nombres ; reçu : {extent}.</translation>
    </message>
    <message>
        <source>{p:extent} or {p:box} does not overlap what can be mapped of “{image}”: columns {left} … {right}, rows {top} … {bottom}.</source>
        <translation>{p:extent} ou {p:box} ne recouvre pas ce qui peut être cartographié de « {image} » : colonnes {left} … {right}, lignes {top} … {bottom}.</translation>
    </message>
    <message>
        <source>{p:factor} must be {least} … {largest}, received {factor}.</source>
        <translation>{p:factor} doit être compris entre {least} et {largest}, reçu : {factor}.</translation>
    </message>
    <message>
        <source>{p:features} contains “{field}”, the field with the class: the forest would learn nothing but to read it. Choose other fields.</source>
        <translation>{p:features} contient « {field} », le champ de la classe : la forêt n&apos;apprendrait qu&apos;à le lire. Choisissez d&apos;autres champs.</translation>
    </message>
    <message>
        <source>{p:features} must be some of value_0 … of “{points}”, as its samples have {count} features of {p:model}.</source>
        <translation>{p:features} doit se composer de champs parmi value_0 … de « {points} », car ses échantillons ont {count} descripteurs de {p:model}.</translation>
    </message>
    <message>
        <source>{p:features} must be some of value_0 … value_{last}, the values of the bands and of their neighborhoods, received value_{largest}.</source>
        <translation>{p:features} doit se composer de champs parmi value_0 … value_{last}, les valeurs des bandes et de leurs voisinages ; reçu : value_{largest}.</translation>
    </message>
    <message>
        <source>{p:folds} must be 0 or at least 2, without {p:validation_percent}, as each fold serves as validation set once; received {folds} and {percent}.</source>
        <translation>{p:folds} doit valoir 0 ou au moins 2, sans {p:validation_percent}, car chaque pli sert une fois de jeu de validation ; reçu : {folds} et {percent}.</translation>
    </message>
    <message>
        <source>{p:folds} must be at most {most}, received {folds}. Each fold takes a training; 5 to 10 are common.</source>
        <translation>{p:folds} doit valoir au plus {most} ; reçu : {folds}. Chaque pli demande un entraînement ; 5 à 10 est courant.</translation>
    </message>
    <message>
        <source>{p:learning_rate} must be a positive number, received {learning_rate}.</source>
        <translation>{p:learning_rate} doit être un nombre positif ; reçu : {learning_rate}.</translation>
    </message>
    <message>
        <source>{p:legend} is for classes; these patches are answered with values. Leave it empty.</source>
        <translation>{p:legend} est fait pour des classes ; la réponse à ces imagettes est faite de valeurs. Laissez-le vide.</translation>
    </message>
    <message>
        <source>{p:legend} names no class values. Expected a .qml or .csv with the value of each class.</source>
        <translation>{p:legend} n&apos;indique pas de valeurs de classe. Attendu : un fichier .qml ou .csv avec la valeur de chaque classe.</translation>
    </message>
    <message>
        <source>{p:log_folder} “{folder}” cannot be made: {reason}. Give another folder.</source>
        <translation>{p:log_folder} « {folder} » ne peut pas être créé : {reason}. Indiquez un autre dossier.</translation>
    </message>
    <message>
        <source>{p:loss=ssim} compares windows of {size} × {size} pixels; the network answers with {width} × {height}. Extract larger patches, or choose l1 or l2.</source>
        <translation>{p:loss=ssim} compare des fenêtres de {size} × {size} pixels ; le réseau répond par {width} × {height}. Extrayez des imagettes plus grandes, ou choisissez l1 ou l2.</translation>
    </message>
    <message>
        <source>{p:loss}={loss} does not suit these patches, which are answered with {expected}. Or give auto.</source>
        <translation>{p:loss}={loss} ne convient pas à ces imagettes, dont la réponse est faite de {expected}. Vous pouvez aussi choisir auto.</translation>
    </message>
    <message>
        <source>{p:lower} and {p:upper} must be percentages with 0 ≤ {p:lower} &lt; {p:upper} ≤ 100, received {lower} and {upper}.</source>
        <translation>{p:lower} et {p:upper} doivent être des pourcentages tels que 0 ≤ {p:lower} &lt; {p:upper} ≤ 100 ; reçu : {lower} et {upper}.</translation>
    </message>
    <message>
        <source>{p:mask_bits} must be numbers of bits from 0 to {highest} and ranges of them such as 1,3,10-11, received “{bits}”.</source>
        <translation>{p:mask_bits} doit être formé de numéros de bits de 0 à {highest} et d&apos;intervalles comme 1,3,10-11 ; reçu : « {bits} ».</translation>
    </message>
    <message>
        <source>{p:mask_bits} names the bit {bit}, but “{name}” has {bits} bits, 0 to {highest}.</source>
        <translation>{p:mask_bits} désigne le bit {bit}, mais « {name} » a {bits} bits, de 0 à {highest}.</translation>
    </message>
    <message>
        <source>{p:mask_bits} needs a quality band of unsigned integers, but “{name}” has pixels of {dtype}. Choose the quality band (QA), or give {p:mask_values}.</source>
        <translation>{p:mask_bits} demande une bande de qualité en entiers non signés, mais « {name} » a des pixels de type {dtype}. Choisissez la bande de qualité (QA), ou renseignez {p:mask_values}.</translation>
    </message>
    <message>
        <source>{p:mask_values} must be values and ranges of values such as 2,4,8-10, received “{values}”.</source>
        <translation>{p:mask_values} doit être formé de valeurs et d&apos;intervalles de valeurs comme 2,4,8-10 ; reçu : « {values} ».</translation>
    </message>
    <message>
        <source>{p:method=image} takes its values from one image: give {p:filling}, and no {p:series}.</source>
        <translation>{p:method=image} prend ses valeurs dans une seule image : renseignez {p:filling}, et pas {p:series}.</translation>
    </message>
    <message>
        <source>{p:method}={method} takes its values from images of other dates: give {p:series}, and no {p:filling}.</source>
        <translation>{p:method}={method} prend ses valeurs dans des images d&apos;autres dates : renseignez {p:series}, et pas {p:filling}.</translation>
    </message>
    <message>
        <source>{p:mixed_precision} is for new networks; this one is trained in 32 bits.</source>
        <translation>{p:mixed_precision} est destiné aux nouveaux réseaux ; celui-ci est entraîné en 32 bits.</translation>
    </message>
    <message>
        <source>{p:mixed_precision} needs a GPU; the network is trained in 32 bits.</source>
        <translation>{p:mixed_precision} exige un GPU ; le réseau est entraîné en 32 bits.</translation>
    </message>
    <message>
        <source>{p:model} answers with pixels of another size than its input; it cannot be trained here.</source>
        <translation>{p:model} répond avec des pixels d&apos;une autre taille que ceux de son entrée ; il ne peut pas être entraîné ici.</translation>
    </message>
    <message>
        <source>{p:model} answers with the bands {bands}; received target patches with the bands {received}. Give targets with the same bands.</source>
        <translation>{p:model} répond par les bandes {bands} ; reçu : des imagettes cibles avec les bandes {received}. Indiquez des cibles avec les mêmes bandes.</translation>
    </message>
    <message>
        <source>{p:model} answers with {of_model}; received patches to be answered with {of_patches}.</source>
        <translation>{p:model} répond par {of_model} ; reçu : des imagettes dont la réponse est faite de {of_patches}.</translation>
    </message>
    <message>
        <source>{p:model} answers with {scores} scores; expected {count}, one for each class: {classes}.</source>
        <translation>{p:model} répond par {scores} scores ; attendu : {count}, un par classe : {classes}.</translation>
    </message>
    <message>
        <source>{p:model} expects patches of height × width × bands {expected: and }; received {received: and }. Extract such patches, or import the model with another {p:receptive_fields}.</source>
        <translation>{p:model} attend des imagettes de hauteur × largeur × bandes {expected: et } ; reçu : {received: et }. Extrayez de telles imagettes, ou importez le modèle avec un autre {p:receptive_fields}.</translation>
    </message>
    <message>
        <source>{p:model} has the classes {classes}; received patches with the classes {received}. Give patches of these classes, or of some of them, or train a new network.</source>
        <translation>{p:model} a les classes {classes} ; reçu : des imagettes avec les classes {received}. Indiquez des imagettes de ces classes, ou de certaines d&apos;entre elles, ou entraînez un nouveau réseau.</translation>
    </message>
    <message>
        <source>{p:model} has {model_count} classes ({model_classes}); the patches have {patch_count}: {patch_classes}. Give patches of as many classes.</source>
        <translation>{p:model} a {model_count} classes ({model_classes}) ; les imagettes en ont {patch_count} : {patch_classes}. Indiquez des imagettes d&apos;autant de classes.</translation>
    </message>
    <message>
        <source>{p:model} is a {kind}; only the training of a network can go on.</source>
        <translation>{p:model} est du type {kind} ; seul l&apos;entraînement d&apos;un réseau peut être poursuivi.</translation>
    </message>
    <message>
        <source>{p:model} was imported with an output that has no score for each class, so its training cannot be judged. Import it again with such an output first in {p:output_tensors}.</source>
        <translation>{p:model} a été importé avec une sortie qui n&apos;a pas de score pour chaque classe ; son entraînement ne peut donc pas être évalué. Importez-le à nouveau en plaçant une telle sortie en tête de {p:output_tensors}.</translation>
    </message>
    <message>
        <source>{p:model} was imported without its training operation. Import it again with {p:targets} (such as optimizer) and {p:labels_tensor} (such as y).</source>
        <translation>{p:model} a été importé sans son opération d&apos;entraînement. Importez-le à nouveau avec {p:targets} (par exemple optimizer) et {p:labels_tensor} (par exemple y).</translation>
    </message>
    <message>
        <source>{p:model} was imported without its training operation. Import it again with {p:targets}={target} and {p:labels_tensor}={labels}.</source>
        <translation>{p:model} a été importé sans son opération d&apos;entraînement. Importez-le de nouveau avec {p:targets}={target} et {p:labels_tensor}={labels}.</translation>
    </message>
    <message>
        <source>{p:model} was trained on patches that were normalized in another way. Use the same normalization.</source>
        <translation>{p:model} a été entraîné sur des imagettes normalisées autrement. Utilisez la même normalisation.</translation>
    </message>
    <message>
        <source>{p:mtf} has {count} values; expected one for all bands, or one for each of the {band_count} bands of “{image}”.</source>
        <translation>{p:mtf} a {count} valeurs ; il en faut une pour toutes les bandes, ou une pour chacune des {band_count} bandes de « {image} ».</translation>
    </message>
    <message>
        <source>{p:mtf} must be numbers separated by commas, such as 0.3 or 0.28,0.25; received “{text}”.</source>
        <translation>{p:mtf} doit être fait de nombres séparés par des virgules, comme 0.3 ou 0.28,0.25 ; reçu : « {text} ».</translation>
    </message>
    <message>
        <source>{p:mtf} must be {least} … {largest}, received {value:g}. Sensors have about 0.1 … 0.4; 0.3 is a good guess.</source>
        <translation>{p:mtf} doit être compris entre {least} et {largest}, reçu : {value:g}. Les capteurs ont environ 0,1 à 0,4 ; 0.3 est une bonne estimation.</translation>
    </message>
    <message>
        <source>{p:neighborhood} is for the values of pixels: leave {p:model} empty, or {p:neighborhood} at 0.</source>
        <translation>{p:neighborhood} concerne les valeurs des pixels : laissez {p:model} vide, ou {p:neighborhood} à 0.</translation>
    </message>
    <message>
        <source>{p:neighborhood} must be 0 (none) or {smallest} … {largest} pixels, received {neighborhood}.</source>
        <translation>{p:neighborhood} doit valoir 0 (aucun) ou {smallest} … {largest} pixels ; reçu : {neighborhood}.</translation>
    </message>
    <message>
        <source>{p:nodata} is a value of label rasters, received {nodata:g}, but the labels are features: those without a class in {p:field} are left out. Leave {p:nodata} out.</source>
        <translation>{p:nodata} est une valeur de rasters d&apos;étiquettes ; reçu : {nodata:g}, mais les étiquettes sont des entités : celles qui n&apos;ont pas de classe dans {p:field} sont écartées. Ne renseignez pas {p:nodata}.</translation>
    </message>
    <message>
        <source>{p:nodata} is {nodata:g}, but pixels of “{image}” are of type {dtype}, which cannot have this value.</source>
        <translation>{p:nodata} vaut {nodata:g}, mais les pixels de « {image} » sont de type {dtype}, qui ne peut pas prendre cette valeur.</translation>
    </message>
    <message>
        <source>{p:offset_x} and {p:offset_y} must be at least 0, received {offset_x} and {offset_y}.</source>
        <translation>{p:offset_x} et {p:offset_y} doivent valoir au moins 0 ; reçu : {offset_x} et {offset_y}.</translation>
    </message>
    <message>
        <source>{p:output} would be empty: {p:training_percent} is 0. Raise it, or leave {p:validation} or {p:test} out.</source>
        <translation>{p:output} serait vide : {p:training_percent} vaut 0. Augmentez-le, ou n&apos;indiquez pas {p:validation} ou {p:test}.</translation>
    </message>
    <message>
        <source>{p:patch_size} and {p:step} must be at least 1, received {patch_size} and {step}.</source>
        <translation>{p:patch_size} et {p:step} doivent valoir au moins 1 ; reçu : {patch_size} et {step}.</translation>
    </message>
    <message>
        <source>{p:patience} and {p:calibrate} set a fifth of the training patches aside, in blocks of the image; then a class has no patch left to train on. Give more samples, or {p:patience=0} and no {p:calibrate}.</source>
        <translation>{p:patience} et {p:calibrate} mettent de côté un cinquième des imagettes d&apos;entraînement, par blocs de l&apos;image ; une classe n&apos;a alors plus d&apos;imagette pour l&apos;entraînement. Donnez davantage d&apos;échantillons, ou {p:patience=0} et pas de {p:calibrate}.</translation>
    </message>
    <message>
        <source>{p:percent} must be above 0 and at most 100, received {percent}.</source>
        <translation>{p:percent} doit être supérieur à 0 et valoir au plus 100 ; reçu : {percent}.</translation>
    </message>
    <message>
        <source>{p:placeholders} are for imported graphs. Give such a {p:model}, or leave them out.</source>
        <translation>{p:placeholders} concerne les graphes importés. Indiquez un tel {p:model}, ou ne le renseignez pas.</translation>
    </message>
    <message>
        <source>{p:precision=target} is for {p:result=values} of a model that was trained on patches of values. Choose float32.</source>
        <translation>{p:precision=target} est fait pour {p:result=values} d&apos;un modèle entraîné sur des imagettes de valeurs. Choisissez float32.</translation>
    </message>
    <message>
        <source>{p:receptive_fields} is {given}, but the input “{input}” takes images of {side} pixels only. Leave it out.</source>
        <translation>{p:receptive_fields} vaut {given}, mais l&apos;entrée « {input} » n&apos;accepte que des images de {side} pixels. Ne le renseignez pas.</translation>
    </message>
    <message>
        <source>{p:scale} must be a positive number, received {scale}. Sentinel-2 products use 10000.</source>
        <translation>{p:scale} doit être un nombre positif ; reçu : {scale}. Les produits Sentinel-2 utilisent 10000.</translation>
    </message>
    <message>
        <source>{p:scale} must be a whole number, or 1 divided by a whole number such as 0.5 for pixels of half the size; received {scale:g}.</source>
        <translation>{p:scale} doit être un nombre entier, ou 1 divisé par un nombre entier, comme 0.5 pour des pixels deux fois plus petits ; reçu : {scale:g}.</translation>
    </message>
    <message>
        <source>{p:seed} must be at least 0, received {seed}.</source>
        <translation>{p:seed} doit valoir au moins 0 ; reçu : {seed}.</translation>
    </message>
    <message>
        <source>{p:spatial_share} must be between 0 and 1, received {spatial_share:g}.</source>
        <translation>{p:spatial_share} doit être compris entre 0 et 1 ; reçu : {spatial_share:g}.</translation>
    </message>
    <message>
        <source>{p:strategy=balanced} needs a label raster to balance: give {p:labels} or choose another strategy.</source>
        <translation>{p:strategy=balanced} a besoin d&apos;un raster d&apos;étiquettes à équilibrer : indiquez {p:labels} ou choisissez une autre stratégie.</translation>
    </message>
    <message>
        <source>{p:strategy=byclass} and the table of class counts ({p:by_class}) belong together: give the table.</source>
        <translation>{p:strategy=byclass} et la table des nombres par classe ({p:by_class}) vont ensemble : indiquez la table.</translation>
    </message>
    <message>
        <source>{p:strategy=byclass} and the table of class counts ({p:by_class}) belong together: the strategy is {strategy}.</source>
        <translation>{p:strategy=byclass} et la table des nombres par classe ({p:by_class}) vont ensemble : la stratégie est {strategy}.</translation>
    </message>
    <message>
        <source>{p:strategy} must be one of {strategies}, received “{strategy}”.</source>
        <translation>{p:strategy} doit être l&apos;une de ces valeurs : {strategies} ; reçu : « {strategy} ».</translation>
    </message>
    <message>
        <source>{p:targets} and {p:labels_tensor} belong together: give both to train the model further, or neither.</source>
        <translation>{p:targets} et {p:labels_tensor} vont ensemble : indiquez les deux pour poursuivre l&apos;entraînement du modèle, ou aucun.</translation>
    </message>
    <message>
        <source>{p:training_percent}, {p:validation_percent} and {p:test_percent} must be at least 0 and at most {largest:,}, and not all of them 0; received {percents}.</source>
        <translation>{p:training_percent}, {p:validation_percent} et {p:test_percent} doivent valoir au moins 0 et au plus {largest:,}, et ne pas être tous à 0 ; reçu : {percents}.</translation>
    </message>
    <message>
        <source>{p:trees} must be at least 1 and {p:max_depth} at least 0, received {trees} and {max_depth}.</source>
        <translation>{p:trees} doit valoir au moins 1 et {p:max_depth} au moins 0 ; reçu : {trees} et {max_depth}.</translation>
    </message>
    <message>
        <source>{p:tune} found no part of the training samples to judge settings by: a part, and the samples apart from it, need at least two classes each. Give more samples from more places, or leave {p:tune} off.</source>
        <translation>{p:tune} n&apos;a trouvé aucune partie des échantillons d&apos;entraînement pour juger les réglages : une partie, et les échantillons qui en sont séparés, doivent avoir chacun au moins deux classes. Donnez davantage d&apos;échantillons, de plus d&apos;endroits, ou n&apos;activez pas {p:tune}.</translation>
    </message>
    <message>
        <source>{p:validation_percent} must be at least 0 and below 100, received {percent}.</source>
        <translation>{p:validation_percent} doit valoir au moins 0 et moins de 100 ; reçu : {percent}.</translation>
    </message>
    <message>
        <source>{p:validation} or {p:test}</source>
        <translation>{p:validation} ou {p:test}</translation>
    </message>
    <message>
        <source>{parameter} is for SavedModels; a Keras network tells it by itself. Leave it out.</source>
        <translation>{parameter} concerne les SavedModels ; un réseau Keras l&apos;indique de lui-même. Ne le renseignez pas.</translation>
    </message>
    <message>
        <source>{parameter} must be at least 1, received {value}.</source>
        <translation>{parameter} doit valoir au moins 1 ; reçu : {value}.</translation>
    </message>
    <message>
        <source>{parameter} must be like “lr=0.0002 is_training=false”, each name once; received “{part}”.</source>
        <translation>{parameter} doit ressembler à « lr=0.0002 is_training=false », chaque nom une seule fois ; reçu : « {part} ».</translation>
    </message>
    <message>
        <source>{parameter} must name at least two files to compare, received {count}. Add another.</source>
        <translation>{parameter} doit nommer au moins deux fichiers à comparer ; reçu : {count}. Ajoutez-en un autre.</translation>
    </message>
    <message>
        <source>{parameter} must not be negative, received {value}.</source>
        <translation>{parameter} ne doit pas être négatif ; reçu : {value}.</translation>
    </message>
    <message>
        <source>{parameter} takes finite numbers; received “{text}”.</source>
        <translation>{parameter} accepte des nombres finis ; reçu : « {text} ».</translation>
    </message>
    <message>
        <source>{parameter} takes numbers, true and false; received “{text}”.</source>
        <translation>{parameter} accepte des nombres, true et false ; reçu : « {text} ».</translation>
    </message>
    <message>
        <source>{parts} parts in {tasks} tasks on {workers} worker(s).</source>
        <translation>{parts} parties en {tasks} tâches, sur {workers} nœud(s) de calcul.</translation>
    </message>
    <message>
        <source>{path}: No such file or directory</source>
        <translation>{path} : aucun fichier ni dossier de ce nom</translation>
    </message>
    <message>
        <source>{pixels:.2f} Mpx in {duration} ({speed:.2f} Mpx/s on {device}).</source>
        <translation>{pixels:.2f} Mpx en {duration} ({speed:.2f} Mpx/s sur {device}).</translation>
    </message>
    <message>
        <source>{problem} Assets are looked for that have the names of the bands of “{image}”.</source>
        <translation>{problem} Les assets recherchés sont ceux qui portent les noms des bandes de « {image} ».</translation>
    </message>
    <message>
        <source>{problem} The bands to be normalized are looked for as assets of the same names.</source>
        <translation>{problem} Les bandes à normaliser sont cherchées parmi les « assets » de mêmes noms.</translation>
    </message>
    <message>
        <source>{room}, apart from nodata</source>
        <translation>{room}, nodata mis à part</translation>
    </message>
    <message>
        <source>{scores} ({count:,} values)</source>
        <translation>{scores} ({count:,} valeurs)</translation>
    </message>
    <message>
        <source>{scores}; {count} values</source>
        <translation>{scores} ; {count} valeurs</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
    <message>
        <source>{sets} sets, but only {blocks} blocks with labels</source>
        <translation>{sets} jeux, mais seulement {blocks} blocs avec des étiquettes</translation>
    </message>
    <message>
        <source>{setting}: mean kappa {kappa:.4f}</source>
        <translation>{setting} : indice kappa moyen {kappa:.4f}</translation>
    </message>
    <message>
        <source>{setting}: {kappa:.4f}</source>
        <translation>{setting} : {kappa:.4f}</translation>
    </message>
    <message>
        <source>{skipped} of {count} images were mapped before.</source>
        <translation>{skipped} images sur {count} étaient déjà cartographiées.</translation>
    </message>
    <message>
        <source>{speed:.2f} Mpx/s on {device}, {left} left</source>
        <translation>{speed:.2f} Mpx/s sur {device}, encore {left}</translation>
    </message>
    <message>
        <source>{speed:.2f} Mpx/s on {workers} worker(s), {left} left</source>
        <translation>{speed:.2f} Mpx/s sur {workers} nœud(s) de calcul, encore {left}</translation>
    </message>
    <message>
        <source>{that} has classes that the training set does not have: {unknown}; the training set has {known}. Add training samples of them or leave them out.</source>
        <translation>{that} : des classes sont absentes du jeu d&apos;entraînement, à savoir {unknown} ; le jeu d&apos;entraînement a {known}. Ajoutez-lui des échantillons de ces classes ou écartez-les.</translation>
    </message>
    <message>
        <source>{this} and {that} disagree on the class {value} “{name}”: {this} has {these}, {that} has {those}. Give both the same values and names.</source>
        <translation>{this} et {that} se contredisent sur la classe {value} « {name} » : {this} a {these}, {that} a {those}. Donnez aux deux les mêmes valeurs et les mêmes noms.</translation>
    </message>
    <message>
        <source>{too_large}: it has more than {most} operations.</source>
        <translation>{too_large} : plus de {most} opérations.</translation>
    </message>
    <message>
        <source>{too_large}: its constants take more than {most:g} GB.</source>
        <translation>{too_large} : ses constantes occupent plus de {most:g} Go.</translation>
    </message>
    <message>
        <source>{too_large}: its functions are nested more than 50 deep.</source>
        <translation>{too_large} : ses fonctions sont imbriquées sur plus de 50 niveaux.</translation>
    </message>
    <message>
        <source>{value} is not a number</source>
        <translation>{value} n&apos;est pas un nombre</translation>
    </message>
    <message>
        <source>{value} is not a number of pixels</source>
        <translation>{value} n&apos;est pas un nombre de pixels</translation>
    </message>
    <message>
        <source>{variable} must be a number, 0 for automatic, received “{text}”. Correct the setting or the variable.</source>
        <translation>{variable} doit être un nombre, 0 pour automatique ; reçu : « {text} ». Corrigez le paramètre ou la variable.</translation>
    </message>
    <message>
        <source>{what:capital} has a table of contents that is too large. Do not use this file.</source>
        <translation>{what:capital} : la table des matières est trop grande. N&apos;utilisez pas ce fichier.</translation>
    </message>
    <message>
        <source>{what:capital} has {count} entries; at most {most} are read.</source>
        <translation>{what:capital} : {count} entrées ; au plus {most} sont lues.</translation>
    </message>
    <message>
        <source>{what:capital} is damaged, or not a file of RasterLearn: {reason}. Copy or make it again.</source>
        <translation>{what:capital} : fichier endommagé, ou qui n&apos;est pas un fichier de RasterLearn ({reason}). Copiez-le ou refaites-le.</translation>
    </message>
    <message>
        <source>{what:capital} is damaged: it has no “{name}”. Make it again.</source>
        <translation>{what:capital} : fichier endommagé, « {name} » y manque. Refaites-le.</translation>
    </message>
    <message>
        <source>{what:capital} is damaged: {reason}. Copy or make it again.</source>
        <translation>{what:capital} : contenu endommagé ({reason}). Copiez ou refaites ce fichier.</translation>
    </message>
    <message>
        <source>{what:capital} would unpack {packed} bytes to {unpacked}. Real models do not; do not use this file.</source>
        <translation>{what:capital} : décompresser ces {packed} octets en donnerait {unpacked}. Ce n&apos;est jamais le cas d&apos;un vrai modèle ; n&apos;utilisez pas ce fichier.</translation>
    </message>
    <message>
        <source>{what} must be a finite number, received {value}</source>
        <translation>{what} doit être un nombre fini ; reçu : {value}</translation>
    </message>
    <message>
        <source>{what} must be a list of {lowest} to {highest} items, received {received}</source>
        <translation>{what} : une liste de {lowest} à {highest} éléments est attendue ; reçu : {received}</translation>
    </message>
    <message>
        <source>{what} must be a name of letters, digits and _ . - &gt;, received {value}</source>
        <translation>{what} doit être un nom formé de lettres, de chiffres et de _ . - &gt; ; reçu : {value}</translation>
    </message>
    <message>
        <source>{what} must be a whole number from {lowest} to {highest}, received {value}</source>
        <translation>{what} doit être un nombre entier de {lowest} à {highest} ; reçu : {value}</translation>
    </message>
    <message>
        <source>{what} must be one of {words}, received {value}</source>
        <translation>{what} doit être l&apos;une de ces valeurs : {words} ; reçu : {value}</translation>
    </message>
    <message>
        <source>{what} must be text of at most {longest} characters, received {value}</source>
        <translation>{what} doit être un texte d&apos;au plus {longest} caractères ; reçu : {value}</translation>
    </message>
    <message>
        <source>{what} must be true or false, received {value}</source>
        <translation>{what} doit être true ou false ; reçu : {value}</translation>
    </message>
    <message>
        <source>{what} must not be set, received {value}</source>
        <translation>{what} ne doit pas être renseigné ; reçu : {value}</translation>
    </message>
    <message>
        <source>{width:.4g} × {height:.4g} m</source>
        <translation>{width:.4g} × {height:.4g} m</translation>
    </message>
    <message>
        <source>{width:g} × {height:g}</source>
        <translation>{width:g} × {height:g}</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} pixels</translation>
    </message>
    <message>
        <source>{window} is not inside {image}</source>
        <translation>{window} n&apos;est pas à l&apos;intérieur de {image}</translation>
    </message>
    <message>
        <source>{worker} has ended or cannot be reached any more, so this one ends, too. Its log may tell why; start all workers again.</source>
        <translation>{worker} s&apos;est terminé ou n&apos;est plus joignable ; celui-ci s&apos;arrête donc aussi. Son journal dit peut-être pourquoi ; relancez tous les processus.</translation>
    </message>
    <message>
        <source>“features”</source>
        <translation>« features »</translation>
    </message>
    <message>
        <source>“neighborhood” must be true or false</source>
        <translation>« neighborhood » doit être true ou false</translation>
    </message>
    <message>
        <source>“{about}” has no line for the class(es) {classes}, so none of their pixels is drawn. If that is meant, give them the number 0.</source>
        <translation>« {about} » n&apos;a pas de ligne pour la ou les classes {classes} ; aucun de leurs pixels n&apos;est donc tiré. Si c&apos;est voulu, donnez-leur le nombre 0.</translation>
    </message>
    <message>
        <source>“{about}” has one name for several values, so their classes are called {names}. Give each value a name of its own, or, if they are one class, give their pixels one value.</source>
        <translation>« {about} » a un même nom pour plusieurs valeurs ; leurs classes s&apos;appellent donc {names}. Donnez à chaque valeur un nom à elle ou, si elles forment une seule classe, donnez à leurs pixels une seule valeur.</translation>
    </message>
    <message>
        <source>“{about}” has text that is neither UTF-8 nor in an encoding that the file names: it is read as {encoding}, such as “{example}”. If that is wrong, convert the file to UTF-8.</source>
        <translation>« {about} » contient du texte qui n&apos;est ni en UTF-8 ni dans un encodage indiqué par le fichier : il est lu comme {encoding}, par exemple « {example} ». Si c&apos;est faux, convertissez le fichier en UTF-8.</translation>
    </message>
    <message>
        <source>“{about}” has text that is neither UTF-8 nor in an encoding that the file names: it is read as {encoding}, such as “{example}”. If that is wrong, write the name of the encoding, such as 1251, into a text file “{table}.cpg” beside it.</source>
        <translation>« {about} » contient du texte qui n&apos;est ni en UTF-8 ni dans un encodage indiqué par le fichier : il est lu comme {encoding}, par exemple « {example} ». Si c&apos;est faux, écrivez le nom de l&apos;encodage, comme 1251, dans un fichier texte « {table}.cpg » à côté.</translation>
    </message>
    <message>
        <source>“{about}” says that its text is {encoding}, but it is UTF-8, such as “{example}”, and is read so.</source>
        <translation>« {about} » indique que son texte est en {encoding}, mais il est en UTF-8, par exemple « {example} », et est lu ainsi.</translation>
    </message>
    <message>
        <source>“{band}” is the transparency of the image (alpha): its transparent pixels are nodata, and all others have the value {value:g}, which tells a model nothing; it becomes {result} everywhere.</source>
        <translation>« {band} » est la transparence de l&apos;image (alpha) : ses pixels transparents sont nodata, et tous les autres ont la valeur {value:g}, ce qui n&apos;apprend rien à un modèle ; elle devient {result} partout.</translation>
    </message>
    <message>
        <source>“{band}” is {value:g} in all valid pixels, which tells a model nothing; it becomes {result} everywhere.</source>
        <translation>« {band} » vaut {value:g} dans tous les pixels valides, ce qui n&apos;apprend rien à un modèle ; elle devient {result} partout.</translation>
    </message>
    <message>
        <source>“{band}” of “{image}” is marked as transparency (alpha), but its values vary as data do: it is read as data, and hides no pixel.</source>
        <translation>« {band} » de « {image} » est marquée comme transparence (alpha), mais ses valeurs varient comme des données : elle est lue comme des données, et ne cache aucun pixel.</translation>
    </message>
    <message>
        <source>“{band}”: the maximum {maximum:g} is far above the 99.9th percentile {percentile:g} (clouds?), so most pixels become very small. {p:method=percentile} or standard is safer.</source>
        <translation>« {band} » : le maximum {maximum:g} dépasse de loin le centile 99,9, {percentile:g} (nuages ?), si bien que la plupart des pixels deviennent très petits. {p:method=percentile} ou standard est plus sûr.</translation>
    </message>
    <message>
        <source>“{band}”: {share:.0f} % of the values are negative ({minimum:g} … {maximum:g}; decibel?), but {p:method=max} divides by the largest value and is for positive ones. Choose {p:method=percentile} or standard.</source>
        <translation>« {band} » : {share:.0f} % des valeurs sont négatives ({minimum:g} … {maximum:g} ; décibels ?), mais {p:method=max} divise par la plus grande valeur et convient à des valeurs positives. Choisissez {p:method=percentile} ou standard.</translation>
    </message>
    <message>
        <source>“{file}” has no layer “{layer}”.</source>
        <translation>« {file} » n&apos;a pas de couche « {layer} ».</translation>
    </message>
    <message>
        <source>“{file}” holds no layer of features: it is an image, empty or damaged. Expected a file such as a GeoPackage or a Shapefile.</source>
        <translation>« {file} » ne contient aucune couche d&apos;entités : c&apos;est une image, ou un fichier vide ou endommagé. Attendu : un fichier comme un GeoPackage ou un Shapefile.</translation>
    </message>
    <message>
        <source>“{folder}” is not a TensorFlow SavedModel: expected a folder with {entry}, but it cannot be read ({reason}).</source>
        <translation>« {folder} » n&apos;est pas un SavedModel de TensorFlow : un dossier avec {entry} est attendu, mais il ne peut pas être lu ({reason}).</translation>
    </message>
    <message>
        <source>“{grid}” is rotated, and “{layer}” has other pixels. Warp one to the grid of the other (“Warp”).</source>
        <translation>« {grid} » est tourné, et « {layer} » a d&apos;autres pixels. Ramenez l&apos;un à la grille de l&apos;autre (« Projection (warp) »).</translation>
    </message>
    <message>
        <source>“{image_set}” has {source_count} images in one line. Patches are cut from one image for each point: give each its own line.</source>
        <translation>« {image_set} » a {source_count} images sur une même ligne. Chaque imagette est découpée dans une seule image : donnez à chacune sa propre ligne.</translation>
    </message>
    <message>
        <source>“{image}”</source>
        <translation>« {image} »</translation>
    </message>
    <message>
        <source>“{image}” has a border of zeros in all bands, but no nodata value, so that the border counts as ground. If it is none, record the nodata value first: “Translate” with NODATA=0 (gdal_translate -a_nodata 0).</source>
        <translation>« {image} » a une bordure de zéros dans toutes les bandes, mais pas de valeur nodata ; la bordure compte donc comme sol. Si ce n&apos;en est pas, enregistrez d&apos;abord la valeur nodata : « Convertir (changer de format) » avec NODATA=0 (gdal_translate -a_nodata 0).</translation>
    </message>
    <message>
        <source>“{image}” has integers of 64 bits, some of them outside {low} … {high}, which cannot be read exactly. Convert it to Int32 or Float64 first (“Translate”).</source>
        <translation>« {image} » a des entiers de 64 bits, dont certains hors de {low} … {high}, qui ne peuvent pas être lus exactement. Convertissez-la d&apos;abord en Int32 ou Float64 (« Convertir (changer de format) »).</translation>
    </message>
    <message>
        <source>“{image}” has signed bytes, which a virtual raster would take for values from 0 to 255. Give the output a name ending in .tif, or convert the image to Int16 first (“Translate”).</source>
        <translation>« {image} » a des octets signés, qu&apos;un raster virtuel prendrait pour des valeurs de 0 à 255. Donnez à la sortie un nom se terminant par .tif, ou convertissez d&apos;abord l&apos;image en Int16 (« Convertir (changer de format) »).</translation>
    </message>
    <message>
        <source>“{image}” has the bands {bands}, but those of {expected} are {expected_bands}. They are taken in the order in which they come: check that it is right, and rename or stack them otherwise (“Normalize and stack bands”).</source>
        <translation>« {image} » a les bandes {bands}, mais celles de {expected} sont {expected_bands}. Elles sont prises dans l&apos;ordre où elles se présentent : vérifiez qu&apos;il est juste, sinon renommez-les ou empilez-les autrement (« Normaliser et empiler des bandes »).</translation>
    </message>
    <message>
        <source>“{image}” has the bands {bands}. They are read in the order of {expected}: {order}.</source>
        <translation>« {image} » a les bandes {bands}. Elles sont lues dans l&apos;ordre de {expected} : {order}.</translation>
    </message>
    <message>
        <source>“{image}” has the nodata value {nodata:g} already, but {p:nodata} is {given:g}. Leave {p:nodata} empty.</source>
        <translation>« {image} » a déjà la valeur nulle (nodata) {nodata:g}, mais {p:nodata} vaut {given:g}. Laissez {p:nodata} vide.</translation>
    </message>
    <message>
        <source>“{image}” has values up to {largest:.3g}, too large to compute with. Most likely they mean nodata, and the file does not say so. Record the nodata value (“Translate”, assign nodata).</source>
        <translation>« {image} » a des valeurs allant jusqu&apos;à {largest:.3g}, trop grandes pour être calculées. Elles signifient sans doute nodata, sans que le fichier le dise. Enregistrez la valeur nodata (« Convertir (changer de format) », assigner une valeur nodata).</translation>
    </message>
    <message>
        <source>“{image}” has whole numbers and no nodata value, so nothing can stand for missing pixels. Give {p:nodata}, a value that no pixel has.</source>
        <translation>« {image} » a des nombres entiers et pas de valeur nulle (nodata) : rien ne peut représenter les pixels manquants. Renseignez {p:nodata} avec une valeur qu&apos;aucun pixel n&apos;a.</translation>
    </message>
    <message>
        <source>“{image}” has {width} × {height} pixels; a pixel of the result needs {factor} × {factor} of them. Choose a smaller {p:factor}.</source>
        <translation>« {image} » a {width} × {height} pixels ; il en faut {factor} × {factor} pour un pixel du résultat. Choisissez un {p:factor} plus petit.</translation>
    </message>
    <message>
        <source>“{image}” is nodata everywhere in the band(s) {bands}, in which the images of {p:statistics_from} are not, so that all pixels of the normalized image are nodata.</source>
        <translation>« {image} » est nodata partout dans la ou les bandes {bands}, dans lesquelles les images de {p:statistics_from} ne le sont pas ; tous les pixels de l&apos;image normalisée sont donc nodata.</translation>
    </message>
    <message>
        <source>“{image}” is nodata everywhere in the band(s) {bands}, which the model has learned from, so that no pixel can be mapped. Give an image with these bands, or train without them.</source>
        <translation>« {image} » est nodata partout dans la ou les bandes {bands}, sur lesquelles le modèle a appris ; aucun pixel ne peut donc être cartographié. Indiquez une image avec ces bandes, ou entraînez sans elles.</translation>
    </message>
    <message>
        <source>“{image}” is nodata everywhere in the band(s) {bands}. They are left out: 0 in every pixel, here and where the model is applied.</source>
        <translation>« {image} » est nodata partout dans la ou les bandes {bands}. Elles sont laissées de côté : 0 dans tous les pixels, ici et là où le modèle est appliqué.</translation>
    </message>
    <message>
        <source>“{image}” is normalized already. Give the raw image.</source>
        <translation>« {image} » est déjà normalisée. Indiquez l&apos;image brute.</translation>
    </message>
    <message>
        <source>“{image}” is normalized, but the band of gaps ({p:gap_band}) would not be. Fill those of the raw image first.</source>
        <translation>« {image} » est normalisée, mais la bande des lacunes ({p:gap_band}) ne le serait pas. Comblez d&apos;abord celles de l&apos;image brute.</translation>
    </message>
    <message>
        <source>“{image}” is not what its description says: patches of {size} pixels, {bands} band(s) of {dtype}. Extract the patches again.</source>
        <translation>« {image} » n&apos;est pas ce que dit sa description : des imagettes de {size} pixels, {bands} bande(s) de {dtype}. Extrayez les imagettes à nouveau.</translation>
    </message>
    <message>
        <source>“{image}” is placed by its {control:part}, and “{other}” is not placed in the same way, so their pixels cannot be compared. Warp them to one grid first (“Warp (reproject)” in the Raster menu).</source>
        <translation>« {image} » est placée par ses {control:part}, et « {other} » n&apos;est pas placée de la même façon ; leurs pixels ne peuvent donc pas être comparés. Reprojetez-les d&apos;abord sur une même grille (« Projection (warp) » dans le menu Raster).</translation>
    </message>
    <message>
        <source>“{image}” is raw: the model&apos;s own normalization is applied ({normalization}).</source>
        <translation>« {image} » est brute : la normalisation du modèle lui-même est appliquée ({normalization}).</translation>
    </message>
    <message>
        <source>“{image}” is recorded with another scale or offset than {expected}, so its numbers are converted: {conversions:; }. {p:pixel_values=unchanged} would leave them as they are.</source>
        <translation>« {image} » est enregistrée avec une autre échelle ou un autre décalage que {expected} ; ses nombres sont donc convertis : {conversions:; }. {p:pixel_values=unchanged} les laisserait tels quels.</translation>
    </message>
    <message>
        <source>“{image}” is turned or mirrored against “{first}”, so their patches cannot be compared. Bring both to north-up grids first (“Warp”).</source>
        <translation>« {image} » est tournée ou inversée par rapport à « {first} », leurs imagettes ne peuvent donc pas être comparées. Ramenez d&apos;abord les deux à des grilles orientées au nord (« Projection (warp) »).</translation>
    </message>
    <message>
        <source>“{image}” was not mapped: {message}</source>
        <translation>« {image} » n&apos;a pas été cartographiée : {message}</translation>
    </message>
    <message>
        <source>“{labels}” ({width} × {height} pixels) does not hold labels of patches. Expected the files that “Extract patches” writes, {p:patches} and {p:labels}, not the image and the label raster themselves.</source>
        <translation>« {labels} » ({width} × {height} pixels) ne contient pas d&apos;étiquettes d&apos;imagettes. Attendu : les fichiers qu&apos;écrit « Extraire des imagettes », {p:patches} et {p:labels}, et non l&apos;image et le raster d&apos;étiquettes eux-mêmes.</translation>
    </message>
    <message>
        <source>“{labels}” has {count} bands; the classes are read from the first one. If they are in another one, export it.</source>
        <translation>« {labels} » a {count} bandes ; les classes sont lues dans la première. Si elles sont dans une autre, exportez celle-ci.</translation>
    </message>
    <message>
        <source>“{labels}” has {count} patches without a class (nodata). Extract them again.</source>
        <translation>« {labels} » a {count} imagettes sans classe (nodata). Extrayez-les à nouveau.</translation>
    </message>
    <message>
        <source>“{labels}” is a picture of {count} bands, red, green and blue among them; expected a raster of class values. Export the raw data of the layer (not a rendered image), or the band with the classes.</source>
        <translation>« {labels} » est une image de {count} bandes, dont le rouge, le vert et le bleu ; attendu : un raster de valeurs de classe. Exportez les données brutes de la couche (et non une image rendue), ou la bande qui contient les classes.</translation>
    </message>
    <message>
        <source>“{layer}” cannot be reprojected from {crs} to {target}: {reason}.</source>
        <translation>« {layer} » ne peut pas être reprojetée de {crs} vers {target} : {reason}.</translation>
    </message>
    <message>
        <source>“{layer}” has neither a coordinate reference system nor a position, but “{other}” is in {crs}, so their pixels cannot be compared. Place it first (“Georeferencer”, or a world file and “Assign projection”).</source>
        <translation>« {layer} » n&apos;a ni système de coordonnées de référence ni position, mais « {other} » est en {crs} ; leurs pixels ne peuvent donc pas être comparés. Placez-la d&apos;abord (« Géoréférenceur », ou un fichier world et « Assigner une projection »).</translation>
    </message>
    <message>
        <source>“{layer}” has neither a coordinate reference system nor a position: it counts as QGIS shows it, at x 0 … {width} and y −{height} … 0. “{other}” is in {crs}. If it lies over the image there, set its coordinate reference system to none; else place the image first (“Georeferencer”).</source>
        <translation>« {layer} » n&apos;a ni système de coordonnées de référence ni position : elle compte comme QGIS la montre, à x 0 … {width} et y −{height} … 0. « {other} » est en {crs}. Si elle se trouve là, par-dessus l&apos;image, retirez-lui son système de coordonnées de référence ; sinon, placez d&apos;abord l&apos;image (« Géoréférenceur »).</translation>
    </message>
    <message>
        <source>“{layer}” has no coordinate reference system, but “{other}” is in {crs}, so their positions cannot be compared. Assign a projection to it (Raster or Vector menu, “Assign projection”).</source>
        <translation>« {layer} » n&apos;a pas de système de coordonnées de référence, mais « {other} » est en {crs} ; leurs positions ne peuvent donc pas être comparées. Assignez-lui une projection (menu Raster ou Vecteur, « Assigner une projection »).</translation>
    </message>
    <message>
        <source>“{layer}” has no feature with a value in the field “{field}”. Choose another field.</source>
        <translation>« {layer} » n&apos;a aucune entité avec une valeur dans le champ « {field} ». Choisissez un autre champ.</translation>
    </message>
    <message>
        <source>“{layer}” has no features. Choose another layer, or check the condition of its filter.</source>
        <translation>« {layer} » n&apos;a aucune entité. Choisissez une autre couche, ou vérifiez la condition de son filtre.</translation>
    </message>
    <message>
        <source>“{layer}” has no field “{field}”; it has {fields}. Choose the field with the class.</source>
        <translation>« {layer} » n&apos;a pas de champ « {field} » ; il a {fields}. Choisissez le champ de la classe.</translation>
    </message>
    <message>
        <source>“{layer}” is a table without geometries. Expected a layer of features: make points of its columns first (“Create points layer from table”), or choose the layer that the table was made from.</source>
        <translation>« {layer} » est une table sans géométries. Attendu : une couche d&apos;entités ; faites d&apos;abord des points de ses colonnes (« Créer une couche de points à partir d&apos;une table »), ou choisissez la couche dont la table est issue.</translation>
    </message>
    <message>
        <source>“{layer}” is an operation outside of a layer</source>
        <translation>« {layer} » est une opération hors de toute couche</translation>
    </message>
    <message>
        <source>“{layer}” is placed by its {control:part}, not by a grid in a coordinate reference system, so “{other}” in {crs} cannot be laid over it. Warp it first (“Warp (reproject)” in the Raster menu), and use the warped image.</source>
        <translation>« {layer} » est placée par ses {control:part}, et non par une grille dans un système de coordonnées de référence ; « {other} » en {crs} ne peut donc pas lui être superposée. Reprojetez-la d&apos;abord (« Projection (warp) » dans le menu Raster), et utilisez l&apos;image reprojetée.</translation>
    </message>
    <message>
        <source>“{map}” and “{reference}” have no pixel with a value in both{where}: all that they share is nodata. Check that both show the same place, and their nodata values.</source>
        <translation>« {map} » et « {reference} » n&apos;ont aucun pixel avec une valeur dans les deux{where} : tout ce qu&apos;elles ont en commun est nodata. Vérifiez que les deux montrent le même endroit, ainsi que leurs valeurs nodata.</translation>
    </message>
    <message>
        <source>“{map}” is to be judged as a map of values, for which features cannot be the reference. Give a raster of values as {p:reference}.</source>
        <translation>« {map} » doit être évaluée comme une carte de valeurs, pour laquelle des entités ne peuvent pas servir de référence. Indiquez un raster de valeurs comme {p:reference}.</translation>
    </message>
    <message>
        <source>“{mask}” tells nothing about {count:,} pixels of “{image}”; they are masked, too.</source>
        <translation>« {mask} » ne dit rien de {count:,} pixels de « {image} » ; ils sont masqués aussi.</translation>
    </message>
    <message>
        <source>“{model}” answers with an image for a patch, so it has no single class for it. Compare the maps made with it instead ({p:maps}).</source>
        <translation>« {model} » répond à une imagette par une image et n&apos;a donc pas de classe unique pour elle. Comparez plutôt les cartes qu&apos;il a produites ({p:maps}).</translation>
    </message>
    <message>
        <source>“{model}” expects {expected} images, received patches of {received}. Give one stack for each: {p:stacks}, {p:stacks#2} …</source>
        <translation>« {model} » attend {expected} images ; reçu : des imagettes de {received}. Indiquez une pile pour chacune : {p:stacks}, {p:stacks#2} …</translation>
    </message>
    <message>
        <source>“{model}” has no operation “{name}”. Give one of those that importmodel lists without {p:output}.</source>
        <translation>« {model} » n&apos;a pas d&apos;opération « {name} ». Indiquez l&apos;une de celles qu&apos;énumère importmodel sans {p:output}.</translation>
    </message>
    <message>
        <source>“{model}” has no signature with inputs for images. Name them with {p:input_tensors}; importmodel without {p:output} lists what there is.</source>
        <translation>« {model} » n&apos;a pas de signature dont les entrées sont des images. Nommez-les avec {p:input_tensors} ; importmodel sans {p:output} énumère ce qu&apos;il y a.</translation>
    </message>
    <message>
        <source>“{model}” has no signature “{name}”; it has {known}.</source>
        <translation>« {model} » n&apos;a pas de signature « {name} » ; signatures disponibles : {known}.</translation>
    </message>
    <message>
        <source>“{model}” has no signature, so its inputs and outputs are not known. Save it with one: tf.saved_model.save(model, folder, signatures=…) in Python, or export it with network.export(folder) from Keras; onnx2tf adds one with -osd.</source>
        <translation>« {model} » n&apos;a pas de signature ; ses entrées et sorties ne sont donc pas connues. Enregistrez-le avec une signature : tf.saved_model.save(model, folder, signatures=…) en Python, ou exportez-le avec network.export(folder) depuis Keras ; onnx2tf en ajoute une avec -osd.</translation>
    </message>
    <message>
        <source>“{model}” has no tensor “{name}”. Give one of those that importmodel lists without {p:output}.</source>
        <translation>« {model} » n&apos;a pas de tenseur « {name} ». Indiquez l&apos;un de ceux qu&apos;énumère importmodel sans {p:output}.</translation>
    </message>
    <message>
        <source>“{model}” has several signatures: {known}. Choose one with {p:signature}.</source>
        <translation>« {model} » a plusieurs signatures : {known}. Choisissez-en une avec {p:signature}.</translation>
    </message>
    <message>
        <source>“{model}” has {count} outputs ({names}). Choose with {p:output_tensors}; the first one decides about classes.</source>
        <translation>« {model} » a {count} sorties ({names}). Choisissez avec {p:output_tensors} ; la première décide des classes.</translation>
    </message>
    <message>
        <source>“{model}” is a model of the kind “{kind}”; networks and forests can be compared on patches. Compare the maps made with it instead ({p:maps}).</source>
        <translation>« {model} » est un modèle du type « {kind} » ; seuls des réseaux et des forêts peuvent être comparés sur des imagettes. Comparez plutôt les cartes qu&apos;il a produites ({p:maps}).</translation>
    </message>
    <message>
        <source>“{name}”</source>
        <translation>« {name} »</translation>
    </message>
    <message>
        <source>“{name}” ({operation})</source>
        <translation>« {name} » ({operation})</translation>
    </message>
    <message>
        <source>“{name}” asks for no sample at all. Expected lines with a class and a number of samples, such as {value},500.</source>
        <translation>« {name} » ne demande aucun échantillon. Des lignes avec une classe et un nombre d&apos;échantillons sont attendues, comme {value},500.</translation>
    </message>
    <message>
        <source>“{name}” cannot be brought to {crs}: {reason}. Check that its coordinate reference system is right.</source>
        <translation>« {name} » ne peut pas être ramené à {crs} : {reason}. Vérifiez que son système de coordonnées de référence est correct.</translation>
    </message>
    <message>
        <source>“{name}” cannot be read: {reason}. Expected a .rlmodel file.</source>
        <translation>« {name} » ne peut pas être lu : {reason}. Attendu : un fichier .rlmodel.</translation>
    </message>
    <message>
        <source>“{name}” declares {sides: × } numbers and holds others</source>
        <translation>« {name} » déclare {sides: × } nombres et en contient d&apos;autres</translation>
    </message>
    <message>
        <source>“{name}” has a geometry of type {kind}; expected points. “Select samples” makes points from polygons.</source>
        <translation>« {name} » a une géométrie de type {kind} ; des points sont attendus. « Sélectionner des échantillons » crée des points à partir de polygones.</translation>
    </message>
    <message>
        <source>“{name}” has format version {version}; this RasterLearn reads version {supported}. Update RasterLearn, or train the model again.</source>
        <translation>« {name} » a la version de format {version} ; ce RasterLearn lit la version {supported}. Mettez RasterLearn à jour, ou entraînez à nouveau le modèle.</translation>
    </message>
    <message>
        <source>“{name}” has no coordinates that can be reprojected. Check that its coordinate reference system is right.</source>
        <translation>« {name} » n&apos;a pas de coordonnées qui puissent être reprojetées. Vérifiez que son système de coordonnées de référence est correct.</translation>
    </message>
    <message>
        <source>“{name}” has {size} bytes; a set of images has at most {most}. Give it in parts.</source>
        <translation>« {name} » a {size} octets ; un ensemble d&apos;images en a au plus {most}. Donnez-le en plusieurs parties.</translation>
    </message>
    <message>
        <source>“{name}” holds unexpected files, or lacks some: {entries}. Do not use this file.</source>
        <translation>« {name} » contient des fichiers inattendus, ou il en manque : {entries}. N&apos;utilisez pas ce fichier.</translation>
    </message>
    <message>
        <source>“{name}” is no array</source>
        <translation>« {name} » n&apos;est pas un tableau</translation>
    </message>
    <message>
        <source>“{name}” is no collection of STAC items: {reason:part}. Expected a GeoJSON FeatureCollection of items.</source>
        <translation>« {name} » n&apos;est pas une collection d&apos;items STAC : {reason:part}. Attendu : une FeatureCollection GeoJSON d&apos;items.</translation>
    </message>
    <message>
        <source>“{name}” is no plain array of numbers</source>
        <translation>« {name} » n&apos;est pas un simple tableau de nombres</translation>
    </message>
    <message>
        <source>“{name}” is not a RasterLearn model, or its description is damaged. Expected a .rlmodel file.</source>
        <translation>« {name} » n&apos;est pas un modèle RasterLearn, ou sa description est endommagée. Attendu : un fichier .rlmodel.</translation>
    </message>
    <message>
        <source>“{name}” is not a RasterLearn model: it has no model.json. Expected a .rlmodel file.</source>
        <translation>« {name} » n&apos;est pas un modèle RasterLearn : il n&apos;a pas de model.json. Attendu : un fichier .rlmodel.</translation>
    </message>
    <message>
        <source>“{name}” is not a RasterLearn model: its description is of an unknown kind.</source>
        <translation>« {name} » n&apos;est pas un modèle RasterLearn : sa description est d&apos;un type inconnu.</translation>
    </message>
    <message>
        <source>“{name}” lists no image. Expected the path of one in each line.</source>
        <translation>« {name} » ne liste aucune image. Attendu : le chemin d&apos;une image par ligne.</translation>
    </message>
    <message>
        <source>“{name}” names the class {class_name} twice. Remove one of the lines.</source>
        <translation>« {name} » nomme deux fois la classe {class_name}. Supprimez l&apos;une des lignes.</translation>
    </message>
    <message>
        <source>“{name}” {is_what}. Expected {wanted}.</source>
        <translation>« {name} » {is_what}. Attendu : {wanted}.</translation>
    </message>
    <message>
        <source>“{node}” has the hint {hint}</source>
        <translation>« {node} » porte la directive {hint}</translation>
    </message>
    <message>
        <source>“{other}” and “{image}” were not normalized in the same way, so their values cannot be compared. Give raw images, or normalize all of them with the same “Statistics from”.</source>
        <translation>« {other} » et « {image} » n&apos;ont pas été normalisées de la même façon, si bien que leurs valeurs ne sont pas comparables. Indiquez des images brutes, ou normalisez-les toutes avec les mêmes « Statistiques issues de ».</translation>
    </message>
    <message>
        <source>“{other}” has pixels of {other_size}, but “{image}” of {size}. Give images with pixels of one size, or resample them (“Warp”).</source>
        <translation>« {other} » a des pixels de {other_size}, mais « {image} » de {size}. Indiquez des images dont les pixels ont une même taille, ou rééchantillonnez-les (« Projection (warp) »).</translation>
    </message>
    <message>
        <source>“{other}” has the bands {bands}, but “{image}” has {expected}. Stack them in the same order (“Normalize and stack bands”).</source>
        <translation>« {other} » a les bandes {bands}, mais « {image} » a {expected}. Empilez-les dans le même ordre (« Normaliser et empiler des bandes »).</translation>
    </message>
    <message>
        <source>“{other}” has {other_count} band(s) of {other_dtype}, but “{image}” has {count} of {dtype}. Patches of several images need the same bands of the same type.</source>
        <translation>« {other} » a {other_count} bande(s) de type {other_dtype}, mais « {image} » en a {count} de type {dtype}. Pour des imagettes de plusieurs images, il faut les mêmes bandes, du même type.</translation>
    </message>
    <message>
        <source>“{other}” has {other_count} band(s) of {other_dtype}, but “{image}” has {count} of {dtype}. Statistics of several images need the same bands of the same type.</source>
        <translation>« {other} » a {other_count} bande(s) de type {other_dtype}, mais « {image} » en a {count} de type {dtype}. Les statistiques de plusieurs images demandent les mêmes bandes du même type.</translation>
    </message>
    <message>
        <source>“{other}” has {other_count} band(s), but “{image}” has {count}. Give images with the same bands in the same order.</source>
        <translation>« {other} » a {other_count} bande(s), mais « {image} » en a {count}. Indiquez des images avec les mêmes bandes dans le même ordre.</translation>
    </message>
    <message>
        <source>“{output}” answers with numbers from {lowest:.4g} to {highest:.4g}, which cannot be probabilities. Choose {p:answer=scores} if a softmax or a sigmoid makes them probabilities, else {p:answer=values}.</source>
        <translation>« {output} » répond par des nombres de {lowest:.4g} à {highest:.4g}, qui ne peuvent pas être des probabilités. Choisissez {p:answer=scores} si un softmax ou une sigmoïde en fait des probabilités, sinon {p:answer=values}.</translation>
    </message>
    <message>
        <source>“{output}” is the index of the largest score in {scores}.</source>
        <translation>« {output} » est l&apos;indice du plus grand score dans {scores}.</translation>
    </message>
    <message>
        <source>“{p:command}” must be one of {commands}, received “{command}”.</source>
        <translation>« {p:command} » doit être l&apos;une de ces commandes : {commands} ; reçu « {command} ».</translation>
    </message>
    <message>
        <source>“{parameter}” must be a name that Slurm knows: letters, digits and _ . , : @ + -, received {value}.</source>
        <translation>« {parameter} » doit être un nom que Slurm connaît : lettres, chiffres et _ . , : @ + - ; reçu {value}.</translation>
    </message>
    <message>
        <source>“{parameter}” must be a single line without control characters, received {text}.</source>
        <translation>« {parameter} » doit tenir sur une ligne sans caractères de contrôle ; reçu {text}.</translation>
    </message>
    <message>
        <source>“{parameter}” must be at least {least}, received {value}.</source>
        <translation>« {parameter} » doit être au moins {least} ; reçu {value}.</translation>
    </message>
    <message>
        <source>“{patches}” holds patches of {patch_width} × {patch_height}, but its size and the {count} labels of “{labels}” give {width} × {height}. Give the labels that belong to these patches.</source>
        <translation>« {patches} » contient des imagettes de {patch_width} × {patch_height}, mais sa taille et les {count} étiquettes de « {labels} » donnent {width} × {height}. Indiquez les étiquettes de ces imagettes.</translation>
    </message>
    <message>
        <source>“{patches}” is {rows} rows high, which cannot be {count} patches, the number of labels in “{labels}”. Give the labels that were written together with these patches.</source>
        <translation>« {patches} » fait {rows} lignes de haut, ce qui ne peut pas donner {count} imagettes, le nombre d&apos;étiquettes dans « {labels} ». Indiquez les étiquettes qui ont été écrites avec ces imagettes.</translation>
    </message>
    <message>
        <source>“{path}” also holds {tables}, which would be lost: an output replaces the whole file. Give it a file name of its own, or move that file away.</source>
        <translation>« {path} » contient aussi {tables}, qui seraient perdus : une sortie remplace le fichier entier. Donnez-lui un nom de fichier à elle, ou déplacez ce fichier.</translation>
    </message>
    <message>
        <source>“{path}” belongs to the output “{output}” and would be lost. Choose another file name.</source>
        <translation>« {path} » appartient à la sortie « {output} » et serait perdu. Choisissez un autre nom de fichier.</translation>
    </message>
    <message>
        <source>“{path}” cannot be read: expected a path, or an address that begins with {protocols}.</source>
        <translation>« {path} » ne peut pas être lu ; attendu : un chemin, ou une adresse qui commence par {protocols}.</translation>
    </message>
    <message>
        <source>“{path}” carries no statistics. Expected an image or a json file that “Normalize” wrote.</source>
        <translation>« {path} » ne porte pas de statistiques. Attendu : une image ou un fichier json écrit par « Normaliser et empiler des bandes ».</translation>
    </message>
    <message>
        <source>“{path}” declares more or fewer numbers than it holds</source>
        <translation>« {path} » déclare plus ou moins de nombres qu&apos;il n&apos;en contient</translation>
    </message>
    <message>
        <source>“{path}” exists and cannot be looked into: {reason}. Close the program that uses it, or choose another file name.</source>
        <translation>« {path} » existe et ne peut pas être examiné : {reason}. Fermez le programme qui l&apos;utilise, ou choisissez un autre nom de fichier.</translation>
    </message>
    <message>
        <source>“{path}” exists and is no map that RasterLearn wrote, so it is not replaced. Choose another folder ({p:output_folder}), or move the file away.</source>
        <translation>« {path} » existe et n&apos;est pas une carte écrite par RasterLearn ; il n&apos;est donc pas remplacé. Choisissez un autre dossier ({p:output_folder}), ou déplacez ce fichier.</translation>
    </message>
    <message>
        <source>“{path}” has statistics of {count} bands, but {band_count} were given to normalize. Give the same bands in the same order.</source>
        <translation>« {path} » a des statistiques de {count} bandes, mais {band_count} sont à normaliser. Indiquez les mêmes bandes dans le même ordre.</translation>
    </message>
    <message>
        <source>“{path}” is a RasterLearn model already. Apply it as it is.</source>
        <translation>« {path} » est déjà un modèle RasterLearn. Appliquez-le tel quel.</translation>
    </message>
    <message>
        <source>“{path}” is a file of TFRecords, which does not tell the bands, places and normalization of its patches. Give the patch images that it was made of, as “Extract patches” or PatchesExtraction wrote them.</source>
        <translation>« {path} » est un fichier de TFRecords, qui n&apos;indique ni les bandes, ni les emplacements, ni la normalisation de ses imagettes. Indiquez les images d&apos;imagettes dont il est issu, telles que les ont écrites « Extraire des imagettes » ou PatchesExtraction.</translation>
    </message>
    <message>
        <source>“{path}” is not a Keras network: expected a file as Keras 3 saves it, which is a zip, but it {is_what}. Copy, download or save it again.</source>
        <translation>« {path} » n&apos;est pas un réseau Keras : attendu : un fichier tel que Keras 3 l&apos;enregistre, qui est un zip, mais il {is_what}. Copiez-le, téléchargez-le ou enregistrez-le de nouveau.</translation>
    </message>
    <message>
        <source>“{path}” is not a path: it contains a character that no path has.</source>
        <translation>« {path} » n&apos;est pas un chemin : il contient un caractère qu&apos;aucun chemin ne contient.</translation>
    </message>
    <message>
        <source>“{path}” is not text in UTF-8. Expected a text file with the path of an image in each line, or the items of a STAC catalog (.json, .geojson).</source>
        <translation>« {path} » n&apos;est pas du texte en UTF-8. Attendu : un fichier texte avec le chemin d&apos;une image par ligne, ou les items d&apos;un catalogue STAC (.json, .geojson).</translation>
    </message>
    <message>
        <source>“{points}”</source>
        <translation>« {points} »</translation>
    </message>
    <message>
        <source>“{points}” has no field “{field}”; it has {fields}. Choose one of these.</source>
        <translation>« {points} » n&apos;a pas de champ « {field} » ; il a {fields}. Choisissez l&apos;un de ceux-là.</translation>
    </message>
    <message>
        <source>“{points}” has no fields value_0, value_1 … Run “Extract values” first, or choose {p:features}.</source>
        <translation>« {points} » n&apos;a pas de champs value_0, value_1 … Exécutez d&apos;abord « Extraire des valeurs », ou renseignez {p:features}.</translation>
    </message>
    <message>
        <source>“{points}” has no points. Expected a layer of sample points.</source>
        <translation>« {points} » n&apos;a pas de points. Attendu : une couche de points d&apos;échantillonnage.</translation>
    </message>
    <message>
        <source>“{points}” has points without a value in {fields}. Remove these points.</source>
        <translation>« {points} » a des points sans valeur dans {fields}. Supprimez ces points.</translation>
    </message>
    <message>
        <source>“{points}” has values so large that nothing can be computed with them, such as {value:g}. If they mean missing pixels, declare them as nodata of the image (“Translate”) and extract the values again.</source>
        <translation>« {points} » a des valeurs si grandes que rien ne peut être calculé avec elles, comme {value:g}. Si elles signifient des pixels manquants, déclarez-les comme nodata de l&apos;image (« Convertir (changer de format) ») et extrayez de nouveau les valeurs.</translation>
    </message>
    <message>
        <source>“{points}” has {count} point(s) without a value in “{field}”. Remove or complete them.</source>
        <translation>« {points} » a {count} point(s) sans valeur dans « {field} ». Supprimez-les ou complétez-les.</translation>
    </message>
    <message>
        <source>“{second}” and “{first}” are on different grids: expected {expected}, received {received}. Bands of different pixel size are separate sources of a network: stack only bands of one size (for Sentinel-2: B2, B3, B4, B8 at 10 m), or resample first (“Warp”).</source>
        <translation>« {second} » et « {first} » sont sur des grilles différentes : attendu : {expected} ; reçu : {received}. Des bandes de tailles de pixel différentes sont des sources distinctes d&apos;un réseau : n&apos;empilez que des bandes d&apos;une même taille (pour Sentinel-2 : B2, B3, B4, B8 à 10 m), ou rééchantillonnez d&apos;abord (« Projection (warp) »).</translation>
    </message>
    <message>
        <source>“{second}” is in {second_crs}, but “{first}” is in {first_crs}. Reproject one of them (“Warp” for rasters, “Reproject layer” for vectors).</source>
        <translation>« {second} » est en {second_crs}, mais « {first} » est en {first_crs}. Reprojetez l&apos;un des deux (« Projection (warp) » pour les rasters, « Reprojeter une couche » pour les vecteurs).</translation>
    </message>
</context>
</TS>
