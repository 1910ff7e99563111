/** Types and codes of NITRO that more than one file here names. */

/** The whole desired set of members of a group: written only. */
export const MEMBER_LIST = 'servicegroup_servicegroupmemberlist_binding';
/** The members of a group, one a row. */
export const MEMBER = 'servicegroup_servicegroupmember_binding';

/** `Failed to bind some servicegroup members`: the others are bound. */
export const PARTLY_DONE = 1442;
