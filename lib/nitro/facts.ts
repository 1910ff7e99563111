/** Types and codes of NITRO that several files use. */

/** The whole desired set of members of a group: write-only. */
export const MEMBER_LIST = 'servicegroup_servicegroupmemberlist_binding';
/** The members of a group, one row each. */
export const MEMBER = 'servicegroup_servicegroupmember_binding';

/** `Failed to bind some servicegroup members`: the others are bound. */
export const PARTLY_DONE = 1442;
