/* Structures are packed to 1 from here on, until poppack.h. */
#pragma pack(push, 1)
