# make demo       the whole chain on a real scene          make test        all checks and tests
# make package    the zip for QGIS                         make screenshots pictures of a real QGIS window
# make wheel      the engine for Python without QGIS
# make setup      QGIS (on Debian, Ubuntu) and the engine  make benchmark   measured ratios
# make fuzz       10,000 corrupted model files              make soak        200 runs in one QGIS
# make fuzz-images  1,000 awkward images and labels         make test-rasters FOLDER=…  somebody else's rasters
# make site       the documentation as a website            make translations  of the texts in the code
# make test-matrix  the tests in Debian 12 and Debian 13   make test-container  the steps of the Apptainer image

SEED ?= 0
BUILD := build
ENGINE := $(BUILD)/profile/profiles/default/rasterlearn/engine/bin/python
TEST_TOOLS := $(BUILD)/profile/profiles/default/rasterlearn/engine/test-tools
NUMPY_TYPES := $(BUILD)/numpy-types
SITE_TOOLS := $(BUILD)/site-tools
REFERENCE_MACHINE := $(shell grep -qs 'VERSION_CODENAME=bookworm' /etc/os-release && echo yes)
export PIP_CONSTRAINT := $(if $(REFERENCE_MACHINE),$(abspath constraints.txt))
export PYTHONDONTWRITEBYTECODE := 1
TRANSLATIONS := $(patsubst %.ts,%.qm,$(wildcard resources/i18n/*.ts))
VERSION := $(shell sed -n 's/^version=//p' metadata.txt)

.PHONY: setup demo house test test-matrix test-container fuzz fuzz-images test-rasters soak lint package wheel translations models reference site screenshots benchmark benchmark-settings benchmark-learning benchmark-mapping benchmark-sampling benchmark-start benchmark-cluster benchmark-scale benchmark-many benchmark-restoration clean

setup: $(TRANSLATIONS)
	@mkdir -p $(BUILD)
	@scripts/system.sh
	@scripts/qgis_process run rasterlearn:setupengine -- DEVICE=auto > $(BUILD)/setup.log 2>&1 \
	  || { cat $(BUILD)/setup.log; exit 1; }

demo: setup
	@$(ENGINE) demo/demo.py --seed $(SEED)

# The stamp file lies in the engine's environment, so that it disappears when that is recreated.
$(TEST_TOOLS): requirements-test.txt requirements-cluster.txt constraints.txt | setup
	$(ENGINE) -m pip install -q --disable-pip-version-check -r requirements-test.txt
	@touch $@

# numpy's type stubs differ from version to version, and some are wrong (tolist in Debian 13's 2.2.4), so the type
# checker reads those of one version everywhere, whichever version the engine has.
$(NUMPY_TYPES): constraints.txt | setup
	$(ENGINE) -m pip install -q --disable-pip-version-check --upgrade --target $@ --no-deps --only-binary :all: \
	  --python-version 3.11 -c constraints.txt numpy
	@touch $@

lint: setup $(TEST_TOOLS) $(NUMPY_TYPES)
	$(ENGINE) -m ruff check .
	$(ENGINE) -m ruff format --check .
	cd $(BUILD)/plugins && MYPYPATH=../numpy-types ../profile/profiles/default/rasterlearn/engine/bin/python -m mypy \
	  --config-file rasterlearn/pyproject.toml --cache-dir ../mypy -p rasterlearn.core -p rasterlearn.jobs
	@/usr/bin/python3 scripts/house.py --check > $(BUILD)/house.log || { cat $(BUILD)/house.log; exit 1; }

# Rooms, sizes and imports of the code; docs/design.md says why. With --check, `make lint` fails beyond the limits.
house:
	@/usr/bin/python3 scripts/house.py

test: lint site
	@scripts/test.sh

# `make test` of HEAD in Debian 12 and 13, as root; RELEASES=trixie for one of them.
test-matrix:
	@scripts/test_matrix.sh $(RELEASES)

# The steps of resources/slurm/rasterlearn.def, in a plain Debian, as root; TENSORFLOW="tensorflow[and-cuda]" for GPUs.
test-container:
	@scripts/test_container.sh $(TENSORFLOW)

# Opens 10,000 corrupted files; CASES=300 SEED=1 for others. Failing files are kept in build/fuzz.
fuzz: setup
	@$(ENGINE) test/fuzz/run.py --cases $(or $(CASES),10000) --seed $(SEED) --keep $(BUILD)/fuzz

# Draws 1,000 awkward images and labels, and compares the whole chain with NumPy; CASES=30 FIRST=1000 for others.
fuzz-images: setup
	@$(ENGINE) test/image_fuzz/run.py --cases $(or $(CASES),1000) --first $(or $(FIRST),0) --keep $(BUILD)/fuzz-images

# Every raster below FOLDER, such as autotest/ of GDAL's repository, normalized and sampled as NumPy does it.
test-rasters: setup
	@$(ENGINE) test/image_fuzz/foreign.py $(FOLDER)

# 200 runs of algorithms in one QGIS process; RUNS=20 for fewer. Reports what is left behind, also in build/soak.json.
soak: setup
	@QT_QPA_PLATFORM=offscreen $(ENGINE) test/soak/run.py --runs $(or $(RUNS),200) --result $(BUILD)/soak.json

# The engine and its command `rasterlearn`, for Python without QGIS.
wheel:
	@mkdir -p $(BUILD)
	/usr/bin/python3 -m pip wheel -q --disable-pip-version-check --no-deps -w $(BUILD) .
	@ls $(BUILD)/rasterlearn-$(VERSION)-*.whl

# The committed files, and the translations, which are not committed. Each --prefix applies to what follows it.
package: $(TRANSLATIONS)
	@mkdir -p $(BUILD)
	git archive --prefix=rasterlearn/resources/i18n/ $(TRANSLATIONS:%=--add-file=%) --prefix=rasterlearn/ \
	  -o $(BUILD)/rasterlearn-$(VERSION).zip HEAD
	@echo $(BUILD)/rasterlearn-$(VERSION).zip

# Afterwards, translate what is marked as unfinished, with Qt Linguist or an editor; a test lists what is missing.
translations:
	@python3 scripts/translations.py
	@$(MAKE) --no-print-directory $(TRANSLATIONS)

%.qm: %.ts
	@scripts/system.sh qttools5-dev-tools
	@scripts/lrelease.sh -silent $< -qm $@

# The graphical models in resources/models, written by this machine's QGIS (ship those of 3.22).
models: setup
	@scripts/build_models.sh

# docs/reference.md, from the algorithms; a test fails when it is stale.
reference:
	@python3 scripts/reference.py

# An environment of its own: the engine needs none of this.
$(SITE_TOOLS)/bin/mkdocs: requirements-docs.txt constraints.txt
	/usr/bin/python3 -m venv $(SITE_TOOLS)
	$(SITE_TOOLS)/bin/pip install -q --disable-pip-version-check -r requirements-docs.txt
	@touch $@

# Fails on broken links and missing pictures; with -q, mkdocs would not count warnings.
site: $(SITE_TOOLS)/bin/mkdocs
	@$(SITE_TOOLS)/bin/mkdocs build > $(BUILD)/site.log 2>&1 || { cat $(BUILD)/site.log; exit 1; }
	@echo $(BUILD)/site/index.html

# Pictures of QGIS windows in build/screenshots, and those of the documentation in docs/images.
screenshots: setup package
	@test -f $(BUILD)/demo/summary.json || $(MAKE) demo
	@scripts/screenshots.sh

benchmark: benchmark-settings benchmark-learning benchmark-mapping benchmark-sampling benchmark-start

benchmark-settings: setup
	@test -f $(BUILD)/demo/summary.json || $(MAKE) demo
	@$(ENGINE) benchmark/settings.py $(BUILD)/demo

benchmark-learning: setup
	@test -f $(BUILD)/demo/summary.json || $(MAKE) demo
	@$(ENGINE) benchmark/learning.py $(BUILD)/demo

# DEVICE=gpu measures on the graphics card.
benchmark-mapping: setup
	@test -f $(BUILD)/demo/summary.json || $(MAKE) demo
	@$(ENGINE) benchmark/mapping.py $(BUILD)/demo $(or $(DEVICE),auto)

benchmark-sampling: setup
	@test -f $(BUILD)/demo/summary.json || $(MAKE) demo
	@$(ENGINE) benchmark/sampling.py $(BUILD)/demo

# The time that the plugin adds to the start of QGIS.
benchmark-start: setup
	@$(ENGINE) benchmark/start.py $(BUILD)/benchmark

# The speed-up by several processes, and the cost of Dask; about six minutes in which nothing else should run.
benchmark-cluster: setup $(TEST_TOOLS)
	@test -f $(BUILD)/demo/summary.json || $(MAKE) demo
	@$(ENGINE) benchmark/cluster.py $(BUILD)/demo

# The cost of a map, predicted and measured, and how large a task should be.
benchmark-scale: setup $(TEST_TOOLS)
	@test -f $(BUILD)/demo/summary.json || $(MAKE) demo
	@$(ENGINE) benchmark/scale.py $(BUILD)/demo
	@$(ENGINE) benchmark/scheduling.py

# A thousand small images as one job: seconds, memory, processes.
benchmark-many: setup
	@$(ENGINE) benchmark/many_images.py

# Super-resolution and gap filling against baselines; three to four minutes on two cores.
benchmark-restoration: setup
	@test -f $(BUILD)/demo/summary.json || $(MAKE) demo
	@$(ENGINE) benchmark/restoration.py $(BUILD)/demo

clean:
	rm -rf $(BUILD) $(TRANSLATIONS)
