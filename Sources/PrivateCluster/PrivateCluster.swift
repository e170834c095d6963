/// PrivateCluster.
