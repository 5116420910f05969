# Nothing of the login node's Python; what the user's own lines load comes after.
unset PYTHONPATH PYTHONHOME
export PYTHONNOUSERSITE=1 RASTERLEARN_THREADS OMP_NUM_THREADS="$RASTERLEARN_THREADS"
